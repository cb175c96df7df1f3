package io.meridian.gateway.admission;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses with 400 every request that a router here and a server behind it could read differently: more than one
 * {@code Host}, and paths with empty segments, {@code .} or {@code ..} written in any way, path parameters, characters beyond ASCII, or encoded
 * separators, percent signs or control characters.
 */
public final class PlainRequestFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var request = exchange.getRequest();
        if (request.getHeaders().getOrEmpty(HttpHeaders.HOST).size() > 1) {
            return Mono.error(ProblemException.of(Problem.MALFORMED, "A request names one Host."));
        }
        if (!isPlain(request.getURI().getRawPath())) {
            return Mono.error(ProblemException.of(
                    Problem.MALFORMED,
                    "The path must consist of plain segments: none empty, none \".\" or \"..\", no \";\", and no encoded"
                            + " separator, dot, percent sign or control character."));
        }
        return chain.filter(exchange);
    }

    static boolean isPlain(String path) {
        if (!path.startsWith("/") || path.contains("//")) {
            return false;
        }
        for (int at = 0; at < path.length(); at++) {
            var meant = path.charAt(at);
            if (meant == '%') {
                if (!isPlainEscape(path, at)) {
                    return false;
                }
                at += 2;
            } else if (meant != '/' && meant != '.' && isSpecial(meant)) {
                return false;
            }
        }
        return !path.contains("/./") && !path.contains("/../") && !path.endsWith("/.") && !path.endsWith("/..");
    }

    private static boolean isPlainEscape(String path, int at) {
        if (at + 2 >= path.length()) {
            return false;
        }
        var high = Character.digit(path.charAt(at + 1), 16);
        var low = Character.digit(path.charAt(at + 2), 16);
        return high >= 0 && low >= 0 && (high >= 8 || !isSpecial((char) (16 * high + low)));
    }

    private static boolean isSpecial(char character) {
        return character < ' ' || character > '~' || "/\\;%.".indexOf(character) >= 0;
    }
}
