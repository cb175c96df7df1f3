package io.meridian.gateway.admission;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Tells clients apart. A client is the address a request comes from; only a proxy that is trusted by its address is
 * believed when it names the customer or the address it forwards for. An IPv6 client is its /64 network, because that is
 * what one subscriber gets.
 */
public final class Clients {

    private static final Pattern CUSTOMER = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final List<IpSubnetFilterRule> trustedProxies;
    private final String customerHeader;

    /**
     * @param trustedProxies networks such as {@code 10.0.0.0/8}; none means that no proxy is believed
     * @param customerHeader the header in which a trusted proxy names the customer it has authenticated
     */
    public Clients(List<String> trustedProxies, String customerHeader) {
        this.trustedProxies =
                trustedProxies.stream().map(Clients::network).toList();
        this.customerHeader = customerHeader;
    }

    /** A short name of the client that sent {@code request}, the same for all of its requests. */
    public String nameOf(ServerHttpRequest request) {
        return nameOf(request.getRemoteAddress(), request.getHeaders());
    }

    String nameOf(@Nullable InetSocketAddress peer, HttpHeaders headers) {
        if (peer == null || peer.getAddress() == null) {
            return "unknown";
        }
        if (!isTrusted(peer.getAddress())) {
            return nameOf(peer.getAddress());
        }
        var customer = headers.getFirst(customerHeader);
        return customer != null && CUSTOMER.matcher(customer).matches()
                ? "customer:" + customer
                : nameOf(forwardedFor(headers, peer.getAddress()));
    }

    // Each proxy appends whom it heard from, so from the right: the first that is not one of ours is the client.
    private InetAddress forwardedFor(HttpHeaders headers, InetAddress peer) {
        var hops = headers.getOrEmpty("X-Forwarded-For").stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .toList();
        var nearest = peer;
        for (var hop : hops.reversed()) {
            var address = literal(hop.strip());
            if (address.isEmpty()) {
                return nearest;
            }
            nearest = address.get();
            if (!isTrusted(nearest)) {
                return nearest;
            }
        }
        return nearest;
    }

    private boolean isTrusted(InetAddress address) {
        var socket = new InetSocketAddress(address, 0);
        return trustedProxies.stream().anyMatch(network -> network.matches(socket));
    }

    private static String nameOf(InetAddress address) {
        return address instanceof Inet6Address
                ? "net6:" + HexFormat.of().formatHex(address.getAddress(), 0, 8)
                : "ip4:" + address.getHostAddress();
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static IpSubnetFilterRule network(String cidr) {
        var parts = cidr.split("/", 2);
        try {
            var address = InetAddress.ofLiteral(parts[0].strip());
            var bits = parts.length == 2 ? Integer.parseInt(parts[1].strip()) : 8 * address.getAddress().length;
            return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException cause) {
            throw new IllegalArgumentException("a trusted proxy must be an address or a network like 10.0.0.0/8, was \"" + cidr + "\"", cause);
        }
    }
}
