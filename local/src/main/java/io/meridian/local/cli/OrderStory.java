package io.meridian.local.cli;

import io.meridian.local.cli.Waterfall.Hop;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.OrderDesk.Answer;
import io.meridian.local.platform.OrderDesk.Step;
import io.meridian.local.platform.OrderDesk.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Places an order and tells what became of it: the answer, where its time went, and what happened afterwards. */
final class OrderStory {

    /** Capture and commit follow the confirmation within milliseconds, unless something is being restarted. */
    private static final Duration FOLLOW_BOUND = Duration.ofSeconds(20);

    private final Wish wish;
    private final Answer answer;
    private final Instant answeredAt = Instant.now();
    private final List<Step> steps = new ArrayList<>();
    private boolean settled;

    private OrderStory(Wish wish, Answer answer) {
        this.wish = wish;
        this.answer = answer;
    }

    static OrderStory of(OrderDesk desk, Wish wish) {
        return new OrderStory(wish, desk.place(wish));
    }

    boolean isConfirmed() {
        return answer.isConfirmed();
    }

    /** Whether the platform said that it cannot serve right now and may later. */
    boolean isUnavailable() {
        return answer.status() == 503;
    }

    /** When the answer had come: what follows is not waited for by the customer. */
    Instant answeredAt() {
        return answeredAt;
    }

    Optional<String> traceId() {
        return answer.traceId();
    }

    /** Says how it went, and follows an order that was confirmed, or not answered in time, to its end. */
    void tell(OrderDesk desk, String title, Terminal terminal) {
        terminal.say("");
        terminal.say(headline(title, terminal));
        for (var detail : details()) {
            terminal.say("  " + detail);
        }
        traceId().ifPresent(it -> terminal.say("  trace " + it));
        terminal.say("");
        Waterfall.draw(hops(), terminal).forEach(terminal::say);
        spending().sentence().ifPresent(it -> {
            terminal.say("");
            terminal.say("  " + it);
        });
        if (answer.isExpired()) {
            terminal.say("");
            terminal.say("  " + spending().endSentence());
            whatBecomesOfIt(desk).forEach(it -> terminal.say("  " + it));
        }
        answer.orderId().filter(_ -> isConfirmed() || answer.isExpired()).ifPresent(id -> follow(desk, id, terminal));
    }

    private List<String> whatBecomesOfIt(OrderDesk desk) {
        if (answer.orderId().isPresent()) {
            return List.of(
                    "The order is not lost: it reaches its end by itself, confirmed or rejected.",
                    "  " + url(desk, answer.orderId().get()));
        }
        return answer.timing().millis("order").isPresent()
                ? List.of("No order had been begun.")
                : List.of(
                        "If an order had been begun, it reaches its end by itself. The same order again with",
                        "--key " + wish.idempotencyKey() + " does not begin a second one, and tells.");
    }

    private String url(OrderDesk desk, String id) {
        return answer.location().orElseGet(() -> desk.urlOf(id)).toString();
    }

    private Hop hops() {
        return Waterfall.hops(answer.took().toNanos() / 1e6, answer.timing());
    }

    private Spending spending() {
        return new Spending(hops(), answer.timing());
    }

    private void follow(OrderDesk desk, String id, Terminal terminal) {
        terminal.say("");
        terminal.sayForNow(terminal.dim("  following the order ..."));
        settled = desk.follow(id, FOLLOW_BOUND, step -> {
            steps.add(step);
            terminal.say("  %8s  %s%s"
                    .formatted(since(step), words(step.name()), step.reason().map(it -> " (" + it + ")").orElse("")));
        });
        terminal.sayForNow("");
        if (!settled) {
            terminal.say("  " + terminal.dot() + " Not settled after " + FOLLOW_BOUND.toSeconds()
                    + " s; it goes on by itself. `./meridian logs --trace ID` tells more.");
        }
    }

    private String headline(String title, Terminal terminal) {
        var status = isConfirmed()
                ? terminal.green("CONFIRMED")
                : terminal.red(answer.body().path("title").asString("refused") + " (" + answer.status() + ")");
        var id = answer.orderId().map(it -> " " + it).orElse("");
        return terminal.bold(title) + id + "  " + status;
    }

    private List<String> details() {
        var lines = wish.lines().stream()
                .map(it -> it.quantity() + " x " + it.sku())
                .collect(Collectors.joining(", "));
        var total = answer.body().path("total");
        var price = total.path("amount").isNumber()
                ? " for "
                        + Figures.money(
                                total.path("amount").asLong(), total.path("currency").asString(""))
                : "";
        var details = new ArrayList<>(List.of(lines + price + ", paid with " + wish.card()));
        Optional.of(answer.body().path("detail").asString("")).filter(it -> !it.isEmpty()).ifPresent(details::add);
        return details;
    }

    /** From the order's first step, so that the times of all services can be compared. */
    private String since(Step step) {
        var first = steps.getFirst().at();
        return step.at()
                .flatMap(at -> first.map(it -> "+" + Duration.between(it, at).toMillis() + " ms"))
                .orElse("");
    }

    private static String words(String step) {
        return step.chars().anyMatch(Character::isLowerCase)
                ? step
                : step.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    ObjectNode json() {
        var json = JsonMapper.shared().createObjectNode();
        json.put("httpStatus", answer.status());
        json.put("millis", answer.took().toNanos() / 1e6);
        traceId().ifPresent(it -> json.put("traceId", it));
        json.set("budget", budget(json.objectNode()));
        var hops = json.putArray("hops");
        for (var metric : answer.timing().hops()) {
            var hop = hops.addObject().put("name", metric.name()).put("millis", metric.millis());
            metric.grantedMillis().ifPresent(it -> hop.put("grantedMillis", it));
            metric.reservedMillis().ifPresent(it -> hop.put("reservedMillis", it));
        }
        json.set("answer", answer.body());
        var happened = json.putArray("steps");
        for (var step : steps) {
            var node = happened.addObject().put("name", step.name());
            step.reason().ifPresent(it -> node.put("reason", it));
            step.at().map(Instant::toString).ifPresent(it -> node.put("at", it));
        }
        json.put("settled", settled);
        return json;
    }

    private ObjectNode budget(ObjectNode budget) {
        wish.deadline().ifPresent(it -> budget.put("askedMillis", it.toNanos() / 1e6));
        answer.timing().grantedMillis().ifPresent(it -> budget.put("grantedMillis", it));
        answer.timing().leftMillis().ifPresent(it -> budget.put("leftMillis", it));
        spending().greatest().ifPresent(it -> budget.put("spentMostBy", it.name()));
        budget.put("expired", answer.isExpired());
        if (answer.isExpired()) {
            spending().end().ifPresent(it -> budget.put("expiredIn", it.name()));
        }
        return budget;
    }
}
