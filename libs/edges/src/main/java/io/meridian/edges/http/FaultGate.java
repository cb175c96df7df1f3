package io.meridian.edges.http;

import io.meridian.edges.faults.Crossing;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultTargets;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Lets requests be struck by the faults that are set on them, as {@code order.place}: the service and the controller's method, in lower
 * case. A request is struck on the thread that serves it, before its body is read, and occupies its worker until the controller has
 * returned. What is no controller of the service, such as the actuator, is never struck.
 */
public final class FaultGate implements AsyncHandlerInterceptor {

    private static final String ATTRIBUTE = FaultGate.class.getName();

    /** Controllers that are not the service's: those of Spring, and the error page. */
    private static final String[] FRAMEWORKS = {"org.springframework.", "io.meridian.edges.autoconfigure."};

    private final FaultBoard board;
    private final String service;

    /** @param service the first word of each target */
    public FaultGate(FaultBoard board, String service) {
        this.board = board;
        this.service = service.toLowerCase(Locale.ROOT);
    }

    /** The controllers' methods of these mappings. */
    public FaultTargets targets(Collection<RequestMappingHandlerMapping> mappings) {
        return () -> {
            var targets = new TreeMap<String, String>();
            mappings.stream()
                    .flatMap(it -> it.getHandlerMethods().entrySet().stream())
                    .forEach(it -> {
                        var target = target(it.getValue());
                        if (target != null) {
                            targets.merge(target, described(it.getKey()), (one, other) -> one + ", " + other);
                        }
                    });
            return targets;
        };
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws InterruptedException {
        if (board.isQuiet() || request.getDispatcherType() != DispatcherType.REQUEST) {
            return true;
        }
        var target = target(handler);
        if (target == null) {
            return true;
        }
        var crossing = board.cross(target);
        var goesOn = false;
        try {
            crossing.await();
            goesOn = true;
        } finally {
            if (!goesOn) {
                crossing.close();
            }
        }
        request.setAttribute(ATTRIBUTE, crossing);
        return true;
    }

    @Override
    public void afterConcurrentHandlingStarted(HttpServletRequest request, HttpServletResponse response, Object handler) {
        end(request);
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception thrown) {
        end(request);
    }

    private static void end(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Crossing crossing) {
            request.removeAttribute(ATTRIBUTE);
            crossing.close();
        }
    }

    /** Null for what is not the service's own. */
    private @Nullable String target(Object handler) {
        if (!(handler instanceof HandlerMethod method)) {
            return null;
        }
        var type = method.getBeanType().getName();
        return Stream.of(FRAMEWORKS).anyMatch(type::startsWith)
                ? null
                : service + "." + method.getMethod().getName().toLowerCase(Locale.ROOT);
    }

    private static String described(RequestMappingInfo mapping) {
        var methods = mapping.getMethodsCondition().getMethods().stream()
                .map(Enum::name)
                .sorted()
                .collect(Collectors.joining(" "));
        return "HTTP " + (methods.isEmpty() ? "any" : methods) + " "
                + mapping.getPatternValues().stream().sorted().collect(Collectors.joining(" "));
    }
}
