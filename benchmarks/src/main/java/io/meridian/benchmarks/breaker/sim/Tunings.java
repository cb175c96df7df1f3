package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.Tuning;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;

/** Changes constants of {@link Tuning} by name: {@code limits.least=1}. */
final class Tunings {

    private Tunings() {}

    static Tuning usualBut(Map<String, String> changes) {
        var tuning = (Record) Tuning.USUAL;
        for (var change : changes.entrySet()) {
            tuning = with(tuning, change.getKey(), change.getKey(), change.getValue());
        }
        return (Tuning) tuning;
    }

    private static Record with(Record record, String path, String whole, String value) {
        var name = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
        var components = record.getClass().getRecordComponents();
        var changed = Arrays.stream(components)
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--tuning knows no " + whole + "; at " + name + " there are "
                        + String.join(", ", Arrays.stream(components).map(RecordComponent::getName).toList())));
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var values = new Object[components.length];
            for (var it = 0; it < values.length; it++) {
                var before = components[it].getAccessor().invoke(record);
                values[it] = components[it] != changed
                        ? before
                        : before instanceof Record inner
                                ? with(inner, path.substring(name.length() + 1), whole, value)
                                : parsed(types[it], value);
            }
            return (Record) record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(whole + "=" + value + ": " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a constant of the tuning is out of reach: " + whole, e);
        }
    }

    private static Object parsed(Class<?> type, String value) {
        if (type == boolean.class) {
            return Boolean.parseBoolean(value);
        }
        if (type == int.class) {
            return Integer.parseInt(value);
        }
        return type == long.class ? (Object) Long.parseLong(value) : (Object) Double.parseDouble(value);
    }
}
