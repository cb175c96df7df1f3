package io.meridian.edges.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.ServedBy;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Buffers are counted by hand: one release too few is a leak, one too many breaks the connection. */
class BoundedBodyTest {

    private final List<NettyDataBuffer> sent = IntStream.range(0, 3)
            .mapToObj(_ -> new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT).allocateBuffer(400))
            .peek(buffer -> buffer.write(new byte[400]))
            .peek(NettyDataBuffer::retain) // ours, so that one release too many shows
            .toList();

    @Test
    void refusedBodyIsReleasedOnceByAReaderThatJoinsIt() {
        assertRefused(exchange -> DataBufferUtils.join(exchange.getRequest().getBody())
                .doOnNext(DataBufferUtils::release)
                .then());
    }

    @Test
    void refusedBodyIsReleasedOnceByAReaderThatPassesItOn() {
        assertRefused(exchange -> exchange.getRequest()
                .getBody()
                .doOnNext(DataBufferUtils::release)
                .then());
    }

    private void assertRefused(WebFilterChain reader) {
        var exchange = MockServerWebExchange.from(
                MockServerHttpRequest.post("/").body(Flux.fromIterable(sent).cast(DataBuffer.class)));
        var edge = new ReactiveEdge(new ServedBy("gateway", "v1", "stable"), () -> null, 1000, System::nanoTime);

        var thrown = edge.filter(exchange, reader)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block();

        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_LARGE));
        assertThat(sent).extracting(it -> it.getNativeBuffer().refCnt()).containsExactly(1, 1, 1);
    }
}
