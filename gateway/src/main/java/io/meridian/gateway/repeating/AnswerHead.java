package io.meridian.gateway.repeating;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Mono;

/** The head of an answer that may yet be dropped: nothing of it is sent before it is {@linkplain #adopt adopted}. */
final class AnswerHead extends AbstractServerHttpResponse {

    private final ServerHttpResponse response;
    private final List<Supplier<? extends Mono<Void>>> beforeCommit = new CopyOnWriteArrayList<>();

    /** @param response to the client */
    AnswerHead(ServerHttpResponse response) {
        super(response.bufferFactory());
        this.response = response;
    }

    /** Makes it the head of the answer to the client, beside what stands there already. */
    void adopt() {
        if (getStatusCode() != null) {
            response.setRawStatusCode(getStatusCode().value());
        }
        response.getHeaders().addAll(getHeaders());
        getCookies().values().forEach(cookies -> cookies.forEach(response::addCookie));
        beforeCommit.forEach(response::beforeCommit);
    }

    @Override
    public void beforeCommit(Supplier<? extends Mono<Void>> action) {
        beforeCommit.add(action);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
    public <T> T getNativeResponse() {
        return response instanceof AbstractServerHttpResponse own
                ? own.getNativeResponse()
                : ServerHttpResponseDecorator.getNativeResponse(response);
    }

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
        return Mono.error(written());
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return Mono.error(written());
    }

    private static IllegalStateException written() {
        return new IllegalStateException("a filter inside of the one that repeats writes no answer by itself: it would be final");
    }

    @Override
    protected void applyStatusCode() {}

    @Override
    protected void applyHeaders() {}

    @Override
    protected void applyCookies() {}
}
