package io.meridian.observability.autoconfigure;

import io.meridian.deadline.DeadlineScope;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.util.ClassUtils;

/**
 * Adds {@code deadlineLeftMs} to each line that is logged inside a scope: what is left of the request's time, in whole milliseconds;
 * negative once the deadline has passed. Asked on the thread that writes the line, so an appender that writes on another one says nothing.
 */
final class DeadlineLogField implements StructuredLoggingJsonMembersCustomizer<Object> {

    static final String NAME = "deadlineLeftMs";

    private static final boolean PRESENT = ClassUtils.isPresent(
            "io.meridian.deadline.DeadlineScope", DeadlineLogField.class.getClassLoader());

    @Override
    public void customize(Members<Object> members) {
        if (PRESENT) {
            members.add(NAME, Left::millis).whenNotNull();
        }
    }

    /** Apart, so that a service without the library never loads what refers to it. */
    private static final class Left {

        static @Nullable Long millis() {
            var scope = DeadlineScope.currentOrNull();
            return scope == null ? null : Math.floorDiv(scope.deadline().remainingNanos(), 1_000_000L);
        }
    }
}
