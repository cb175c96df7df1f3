package io.meridian.system;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who calls whom and waits: read from the stubs each service's classes use. */
class CallGraphTest {

    private static final Pattern STUB = Pattern.compile("io\\.meridian\\.contracts\\.(\\w+)\\.v\\d+\\.\\w+Grpc\\$\\w+Stub");
    private static final Pattern SERVICE = Pattern.compile("io\\.meridian\\.(order|inventory|payment|gateway)\\..*");

    @Test
    void synchronousCallsFormNoCircle() {
        var calls = calls();

        assertThat(calls).containsEntry("order", Set.of("inventory", "payment"));
        assertThat(circles(calls)).isEmpty();
    }

    @Test
    void circleWouldBeFound() {
        var calls = Map.of("order", Set.of("payment"), "payment", Set.of("inventory"), "inventory", Set.of("order"));

        assertThat(circles(calls)).containsExactlyInAnyOrder("order", "payment", "inventory");
    }

    private static Map<String, Set<String>> calls() {
        var calls = new TreeMap<String, Set<String>>();
        for (var type : new ClassFileImporter()
                .importPackages("io.meridian.order", "io.meridian.inventory", "io.meridian.payment", "io.meridian.gateway")) {
            var service = SERVICE.matcher(type.getName());
            if (service.matches()) {
                var called = type.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .map(JavaClass::getName)
                        .map(STUB::matcher)
                        .filter(java.util.regex.Matcher::matches)
                        .map(it -> it.group(1))
                        .collect(toCollection(TreeSet::new));
                calls.computeIfAbsent(service.group(1), _ -> new TreeSet<>()).addAll(called);
            }
        }
        return calls;
    }

    /** The services from which a way leads back to them. */
    private static Set<String> circles(Map<String, ? extends Set<String>> calls) {
        var found = new TreeSet<String>();
        for (var start : calls.keySet()) {
            var seen = new HashSet<String>();
            var next = new ArrayDeque<String>(calls.get(start));
            while (!next.isEmpty()) {
                var service = next.poll();
                if (seen.add(service) && calls.containsKey(service)) {
                    next.addAll(calls.get(service));
                }
            }
            if (seen.contains(start)) {
                found.add(start);
            }
        }
        return found;
    }
}
