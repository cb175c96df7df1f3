package io.meridian.breaker.ejection.grpc;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the hosts of a target. */
final class Hosts {

    private Hosts() {}

    /** {@code host:port} each, in the order of the target; the target may have them as its path or as its authority. */
    static List<String> of(URI target) {
        var list = target.getPath() == null || target.getPath().length() < 2
                ? String.valueOf(target.getAuthority())
                : target.getPath().substring(1);
        var hosts = new ArrayList<String>();
        for (var item : list.split(",", -1)) {
            var host = item.strip().toLowerCase(Locale.ROOT);
            if (!isHostAndPort(host)) {
                throw refused(target, "'" + item + "' is not one");
            }
            if (hosts.contains(host)) {
                throw refused(target, "'" + item + "' is there twice");
            }
            hosts.add(host);
        }
        return hosts;
    }

    static URI dns(String host) {
        try {
            return new URI("dns", "", "/" + host, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException(host, impossible);
        }
    }

    private static boolean isHostAndPort(String text) {
        try {
            var uri = new URI("dns://" + text);
            return uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getPort() < 65_536
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static IllegalArgumentException refused(URI target, String why) {
        return new IllegalArgumentException(
                "a gRPC target must be hosts:///host:port or several of them with commas between, was '" + target + "': " + why);
    }
}
