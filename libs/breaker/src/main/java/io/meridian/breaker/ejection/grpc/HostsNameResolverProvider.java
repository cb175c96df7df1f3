package io.meridian.breaker.ejection.grpc;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Set;

/**
 * Targets such as {@code hosts:///inventory-1:9102,inventory-2:9102}: the addresses of all these hosts, which grpc-java's {@code dns}
 * scheme takes only one of. Found by grpc-java itself wherever this library is on the class path. A host is a name, an IPv4 address, or
 * an IPv6 address in brackets that are escaped, because they are not allowed in a path ({@code %5B::1%5D:9102}).
 */
public final class HostsNameResolverProvider extends NameResolverProvider {

    /** The scheme of the targets. */
    public static final String SCHEME = "hosts";

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    /** @throws IllegalArgumentException if the target is no list of different {@code host:port} */
    @Override
    @SuppressWarnings("NullAway") // null is how a provider says that a target is not its own
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        if (!SCHEME.equals(target.getScheme())) {
            return null;
        }
        var dns = args.getNameResolverRegistry().getProviderForScheme("dns");
        var hosts = Hosts.of(target);
        return new HostsNameResolver(
                hosts.getFirst(),
                hosts.stream().map(it -> dns.newNameResolver(Hosts.dns(it), args)).toList(),
                args.getSynchronizationContext());
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
        return Set.of(InetSocketAddress.class);
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    /** Below that of {@code dns}, which stays the scheme of targets without one. */
    @Override
    protected int priority() {
        return 4;
    }
}
