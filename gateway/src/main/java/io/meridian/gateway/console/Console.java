package io.meridian.gateway.console;

import static org.springframework.web.reactive.function.server.RequestPredicates.methods;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The pages of this gateway: where to begin ({@code /}), the description of the API ({@code /openapi.json},
 * {@code /openapi.yaml}), a page to try it ({@code /docs}), and whether this gateway is ready ({@code /health}). Everything
 * they show comes from here, so they work without the internet; nothing else may be loaded into them.
 */
public final class Console {

    private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/";
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final MediaType YAML = MediaType.parseMediaType("application/yaml");
    private static final String ONLY_FROM_HERE =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
                    + " font-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private final ApiDocument document;
    private final ApplicationAvailability availability;

    public Console(ApiDocument document, ApplicationAvailability availability) {
        this.document = document;
        this.availability = availability;
    }

    public RouterFunction<ServerResponse> pages() {
        return RouterFunctions.route()
                .route(reading("/"), _ -> page("console/index.html", HTML))
                .route(reading("/docs"), _ -> page("console/docs.html", HTML))
                .route(reading("/docs/start.js"), _ -> page("console/start.js", MediaType.valueOf("text/javascript")))
                .route(reading("/openapi.yaml"), _ -> described(YAML, document::yaml))
                .route(reading("/openapi.json"), _ -> described(MediaType.APPLICATION_JSON, document::json))
                .route(reading("/health"), _ -> health())
                .resources("/docs/ui/**", swaggerUi())
                .build();
    }

    private static RequestPredicate reading(String path) {
        return methods(HttpMethod.GET, HttpMethod.HEAD).and(path(path));
    }

    private static Mono<ServerResponse> page(String resource, MediaType type) {
        return ServerResponse.ok()
                .contentType(type)
                .header("Content-Security-Policy", ONLY_FROM_HERE)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .cacheControl(CacheControl.noCache())
                .bodyValue(new ClassPathResource(resource));
    }

    // Read by tools of other origins too; it is public.
    private static Mono<ServerResponse> described(MediaType type, Supplier<byte[]> content) {
        return Mono.fromSupplier(content)
                .flatMap(bytes -> ServerResponse.ok()
                        .contentType(type)
                        .cacheControl(CacheControl.maxAge(Duration.ofMinutes(1)))
                        .header("Access-Control-Allow-Origin", "*")
                        .bodyValue(bytes));
    }

    private Mono<ServerResponse> health() {
        var ready = availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
        return ServerResponse.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .bodyValue(ready ? "{\"status\":\"UP\"}" : "{\"status\":\"OUT_OF_SERVICE\"}");
    }

    private static Resource swaggerUi() {
        try {
            var build = PropertiesLoaderUtils.loadProperties(
                    new ClassPathResource("META-INF/maven/org.webjars/swagger-ui/pom.properties"));
            return new ClassPathResource(WEBJAR + build.getProperty("version") + "/");
        } catch (IOException missing) {
            throw new UncheckedIOException("org.webjars:swagger-ui is not on the class path", missing);
        }
    }
}
