package io.meridian.gateway.repeating;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import reactor.netty.Connection;

/**
 * One attempt at answering a request, as the filters inside see it: whatever they note and whatever the service answers is this attempt's
 * alone until it is {@linkplain #adopt adopted}. So two can be under way at once, and nothing of one that failed is left.
 */
final class Attempt extends ServerWebExchangeDecorator {

    /** Under which a request has how often it was sent. */
    static final String COUNT = Attempt.class.getName() + ".count";

    private static final String ATTRIBUTE = Attempt.class.getName();

    private final int number;
    private final ServerHttpRequest request;
    private final AnswerHead answer;
    private final Map<String, Object> attributes;
    private volatile boolean abandoned;

    /**
     * @param number 1 for the first
     * @param request as it is sent
     */
    Attempt(ServerWebExchange exchange, int number, ServerHttpRequest request) {
        super(exchange);
        this.number = number;
        this.request = request;
        this.answer = new AnswerHead(exchange.getResponse());
        this.attributes = new ConcurrentHashMap<>(exchange.getAttributes());
        attributes.remove(COUNT);
        attributes.put(ATTRIBUTE, this);
    }

    /** The attempt that an exchange is part of; null if it is of a request that is never repeated. */
    static @Nullable Attempt of(ServerWebExchange exchange) {
        return (Attempt) exchange.getAttributes().get(ATTRIBUTE);
    }

    int number() {
        return number;
    }

    AnswerHead answer() {
        return answer;
    }

    /** Makes its answer that of the request, with all that was noted on the way; the body is read from there. */
    void adopt() {
        attributes.remove(ATTRIBUTE);
        getDelegate().getAttributes().putAll(attributes);
        answer.adopt();
    }

    /** Nobody takes its answer: the connection on which that has begun is closed, so that the service stops. */
    void abandon() {
        abandoned = true;
        closeIfAbandoned();
    }

    /** Asked when an answer begins, which may be after it was abandoned. */
    void closeIfAbandoned() {
        if (abandoned && attributes.get(CLIENT_RESPONSE_CONN_ATTR) instanceof Connection connection) {
            connection.dispose();
        }
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public AnswerHead getResponse() {
        return answer;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }
}
