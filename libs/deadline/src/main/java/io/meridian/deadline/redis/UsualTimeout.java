package io.meridian.deadline.redis;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.RedisCommand;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a command's timeout would be without any scope. */
@FunctionalInterface
interface UsualTimeout {

    /** In nanoseconds; zero or less, as everywhere in Lettuce, for no timeout. The command is null before it is known. */
    long nanos(@Nullable RedisCommand<?, ?, ?> command);

    /** As the options say, which may name a timeout, compute one or refer to the connection's. */
    static UsualTimeout of(TimeoutOptions options, Duration ofConnection) {
        var source = options.getSource();
        if (!options.isTimeoutCommands() || source == null) {
            return _ -> -1; // a blocking call then waits as long as its connection says
        }
        if (options.isApplyConnectionTimeout()) {
            var nanos = ofConnection.toNanos();
            return _ -> nanos;
        }
        return command -> {
            var timeout = source.getTimeout(command);
            return timeout <= 0 ? timeout : source.getTimeUnit().toNanos(timeout);
        };
    }
}
