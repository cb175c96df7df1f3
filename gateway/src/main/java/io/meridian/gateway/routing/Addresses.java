package io.meridian.gateway.routing;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads lists of addresses that people write into settings; refuses what cannot be meant. */
final class Addresses {

    private Addresses() {}

    /** Reads {@code http://host:port,http://host:port}. */
    static List<URI> http(String property, String list) {
        return read(property, list, "http://host:port", "");
    }

    /** Reads {@code host:port,host:port}. */
    static List<URI> grpc(String property, String list) {
        return read(property, list, "host:port", "http://");
    }

    private static List<URI> read(String property, String list, String form, String scheme) {
        var addresses = new ArrayList<URI>();
        for (var item : list.split(",", -1)) {
            var address = address(scheme + item.strip());
            if (address == null || (!scheme.isEmpty() && address.getPort() < 0)) {
                throw refused(property, list, form, "'" + item.strip() + "' is not one");
            }
            if (addresses.contains(address)) {
                throw refused(property, list, form, "'" + item.strip() + "' is there twice");
            }
            addresses.add(address);
        }
        return List.copyOf(addresses);
    }

    /** Null if it is not scheme, host and perhaps port, and nothing else. */
    private static @Nullable URI address(String text) {
        try {
            var uri = new URI(text.toLowerCase(Locale.ROOT));
            var isPlain = uri.getHost() != null
                    && uri.getPort() != 0
                    && uri.getPort() < 65_536
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return isPlain && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) ? uri : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }

    private static IllegalArgumentException refused(String property, String list, String form, String why) {
        return new IllegalArgumentException(
                property + " must be " + form + " or several of them with commas between, was '" + list + "': " + why);
    }
}
