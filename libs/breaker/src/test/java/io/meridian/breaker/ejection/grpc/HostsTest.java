package io.meridian.breaker.ejection.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolver.ResolutionResult;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

    private static final SocketAddress A = InetSocketAddress.createUnresolved("10.0.0.1", 1);
    private static final SocketAddress B = InetSocketAddress.createUnresolved("10.0.0.2", 2);
    private static final SocketAddress C = InetSocketAddress.createUnresolved("10.0.0.3", 3);

    private final Host first = new Host();
    private final Host second = new Host();
    private final List<StatusOr<List<EquivalentAddressGroup>>> told = new ArrayList<>();
    private final NameResolver resolver = new HostsNameResolver(
            "a:1", List.of(first, second), new SynchronizationContext((_, fault) -> {
                throw new AssertionError(fault);
            }));

    @Test
    void grpcJavaFindsTheSchemeAndKeepsItsOwn() {
        var registry = NameResolverRegistry.getDefaultRegistry();

        assertThat(registry.getProviderForScheme("hosts")).isInstanceOf(HostsNameResolverProvider.class);
        assertThat(registry.getDefaultScheme()).isEqualTo("dns");
    }

    @Test
    void nothingIsToldBeforeEveryHostWasLookedUp() {
        start();

        first.found(A);
        assertThat(told).isEmpty();
        second.found(B, C, A);

        assertThat(addresses()).containsExactly(A, B, C);
    }

    @Test
    void aHostThatIsNotFoundKeepsTheOthersFromNothing() {
        start();

        first.lost();
        second.found(B);

        assertThat(addresses()).containsExactly(B);
    }

    @Test
    void aHostThatIsNotFoundAnyMoreKeepsTheAddressesItHad() {
        start();
        first.found(A);
        second.found(B);

        first.lost();
        second.found(C);

        assertThat(addresses()).containsExactly(A, C);
    }

    @Test
    void thatNoHostIsFoundIsAnErrorWithTheReason() {
        start();

        first.lost();
        second.lost();

        assertThat(told.getLast().hasValue()).isFalse();
        assertThat(told.getLast().getStatus().getDescription()).isEqualTo("no such host");
    }

    @Test
    void allAreLookedUpAgainAndStoppedTogether() {
        start();

        resolver.refresh();
        resolver.shutdown();

        assertThat(List.of(first, second)).allSatisfy(it -> {
            assertThat(it.refreshed).isEqualTo(1);
            assertThat(it.stopped).isTrue();
        });
        assertThat(resolver.getServiceAuthority()).isEqualTo("a:1");
    }

    @ParameterizedTest
    @CsvSource({
        "'hosts:///a:1,b-2.example:2', a:1 b-2.example:2",
        "'hosts://a:1,b:2', a:1 b:2",
        "hosts:///127.0.0.1:9102, 127.0.0.1:9102",
        "'hosts:///A:1,%5B::1%5D:2', a:1 [::1]:2"
    })
    void hostsAreReadFromTheTarget(URI target, String hosts) {
        assertThat(Hosts.of(target)).containsExactly(hosts.split(" "));
        assertThat(Hosts.of(target)).allSatisfy(it -> assertThat(Hosts.dns(it).getPath()).isEqualTo("/" + it));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hosts:///", "hosts:///a", "hosts:///a:1,", "hosts:///a:1,,b:2", "hosts:///a:1,a:1", "hosts:///a:1,A:1",
                "hosts:///a:0", "hosts:///a:99999", "hosts:///a:x", "hosts:///a:1/x", "hosts:///me@a:1", "hosts:///http://a:1"
            })
    void whatCannotBeMeantIsRefusedNamingTheValue(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hosts.of(URI.create(target)))
                .withMessageContaining("hosts:///host:port")
                .withMessageContaining("'" + target + "'");
    }

    private void start() {
        resolver.start(new NameResolver.Listener2() {
            @Override
            public Status onResult2(ResolutionResult result) {
                told.add(result.getAddressesOrError());
                return Status.OK;
            }

            @Override
            public void onResult(ResolutionResult result) {
                throw new AssertionError("the newer one is to be told");
            }

            @Override
            public void onError(Status error) {
                throw new AssertionError("an error is a result");
            }
        });
    }

    private List<SocketAddress> addresses() {
        return told.getLast().getValue().stream()
                .flatMap(it -> it.getAddresses().stream())
                .toList();
    }

    /** A host whose addresses the test finds. */
    private static final class Host extends NameResolver {

        private int refreshed;
        private boolean stopped;
        private @Nullable Listener2 listener;

        void found(SocketAddress... addresses) {
            var groups = List.of(new EquivalentAddressGroup(List.of(addresses)));
            var _ = Objects.requireNonNull(listener)
                    .onResult2(ResolutionResult.newBuilder()
                            .setAddressesOrError(StatusOr.fromValue(groups))
                            .build());
        }

        void lost() {
            Objects.requireNonNull(listener).onError(Status.UNAVAILABLE.withDescription("no such host"));
        }

        @Override
        public void start(Listener2 listener) {
            this.listener = listener;
        }

        @Override
        public void refresh() {
            refreshed++;
        }

        @Override
        public void shutdown() {
            stopped = true;
        }

        @Override
        public String getServiceAuthority() {
            return "unused";
        }
    }
}
