package io.meridian.breaker.ejection.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of several hosts as one list. It is told for the first time when every host was looked up; a host that is not found
 * keeps the others from nothing, and keeps the addresses it had.
 */
final class HostsNameResolver extends NameResolver {

    private final String authority;
    private final List<NameResolver> resolvers;
    private final SynchronizationContext context;

    /** What is known of each host, null if nothing is yet. Read and written in the context only. */
    private final List<@Nullable StatusOr<List<EquivalentAddressGroup>>> found = new ArrayList<>();

    /** @param authority by which every instance is asked */
    HostsNameResolver(String authority, List<NameResolver> resolvers, SynchronizationContext context) {
        this.authority = authority;
        this.resolvers = resolvers;
        this.context = context;
        resolvers.forEach(_ -> found.add(null));
    }

    @Override
    public String getServiceAuthority() {
        return authority;
    }

    @Override
    public void start(Listener2 listener) {
        for (var i = 0; i < resolvers.size(); i++) {
            resolvers.get(i).start(new Part(i, listener));
        }
    }

    @Override
    public void refresh() {
        resolvers.forEach(NameResolver::refresh);
    }

    @Override
    public void shutdown() {
        resolvers.forEach(NameResolver::shutdown);
    }

    private void tell(int host, StatusOr<List<EquivalentAddressGroup>> result, Listener2 listener) {
        var before = found.get(host);
        if (before == null || !before.hasValue() || result.hasValue()) {
            found.set(host, result);
        }
        if (!found.contains(null)) {
            var _ = listener.onResult2(
                    ResolutionResult.newBuilder().setAddressesOrError(together()).build());
        }
    }

    private StatusOr<List<EquivalentAddressGroup>> together() {
        var addresses = new LinkedHashSet<SocketAddress>();
        var missing = Status.UNAVAILABLE;
        for (var each : found) {
            if (each != null && each.hasValue()) {
                each.getValue().forEach(group -> addresses.addAll(group.getAddresses()));
            } else if (each != null) {
                missing = each.getStatus();
            }
        }
        return addresses.isEmpty()
                ? StatusOr.fromStatus(missing)
                : StatusOr.fromValue(
                        addresses.stream().map(EquivalentAddressGroup::new).toList());
    }

    /** Hears about one host. */
    private final class Part extends Listener2 {

        private final int host;
        private final Listener2 listener;

        Part(int host, Listener2 listener) {
            this.host = host;
            this.listener = listener;
        }

        @Override
        public void onResult(ResolutionResult result) {
            context.execute(() -> tell(host, result.getAddressesOrError(), listener));
        }

        @Override
        public void onError(Status error) {
            context.execute(() -> tell(host, StatusOr.fromStatus(error), listener));
        }
    }
}
