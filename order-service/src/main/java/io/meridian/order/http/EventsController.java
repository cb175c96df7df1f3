package io.meridian.order.http;

import static io.meridian.order.answering.Answers.answering;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.order.answering.Answers;
import io.meridian.order.model.Malformed;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.viewing.Update;
import io.meridian.order.viewing.WatchOrder;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * The log of an order as server-sent events, as it grows. It blocks the request's own virtual thread, which costs nothing while it
 * waits. A stream that ends before the order does is taken up again with {@code Last-Event-ID}, which is what
 * an {@code EventSource} does by itself; 204 tells it that nothing more will come.
 */
@RestController
public final class EventsController {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final WatchOrder watchOrder;
    private final JsonMapper json;

    public EventsController(WatchOrder watchOrder, JsonMapper json) {
        this.watchOrder = watchOrder;
        this.json = json;
    }

    /** What one event says; of {@code status} and {@code step} there is one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EventJson(@Nullable String status, @Nullable String step, @Nullable String reason, Instant at) {}

    @GetMapping(path = "/api/orders/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void events(
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException {
        var watching = answering(() -> {
            var orderId = OrderId.parse("id", id);
            return Answers.watched(orderId, watchOrder.watch(orderId, sequence(lastEventId)));
        });
        if (watching.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        try (var open = watching.get()) {
            stream(open, response);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void stream(WatchOrder.Watching watching, HttpServletResponse response)
            throws IOException, InterruptedException {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        try {
            while (!watching.isOver()) {
                var news = watching.next(HEARTBEAT);
                write(response, news.isEmpty() ? ": still here\n\n" : text(news));
            }
        } catch (StoreUnavailable | IOException _) {
            // The database or the client is gone: either way the client takes it up again where it was.
        }
    }

    private String text(List<Update> news) {
        var text = new StringBuilder();
        for (var update : news) {
            var isStatus = update.step().isStatus();
            var name = update.step().name();
            var data = new EventJson(isStatus ? name : null, isStatus ? null : name, update.reason(), update.at());
            text.append("id: ").append(update.sequence());
            text.append("\nevent: ").append(isStatus ? "status" : "step");
            text.append("\ndata: ").append(json.writeValueAsString(data)).append("\n\n");
        }
        return text.toString();
    }

    private static void write(HttpServletResponse response, String text) throws IOException {
        response.getOutputStream().write(text.getBytes(UTF_8));
        response.flushBuffer();
    }

    private static long sequence(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        try {
            var sequence = Long.parseLong(lastEventId);
            if (sequence >= 0) {
                return sequence;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw Malformed.of("Last-Event-ID", "the id of an event", lastEventId);
    }
}
