package io.meridian.observability.autoconfigure;

import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.meridian.observability.RedisMeter;
import io.meridian.observability.RedisMeter.RedisTag;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times the commands that were answered; {@link RedisMeter} has the names. */
final class RedisCommands implements CommandLatencyRecorder {

    private final MeterRegistry meters;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    RedisCommands(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void recordCommandLatency(
            SocketAddress local, SocketAddress remote, ProtocolKeyword command, long firstResponse, long completion) {
        timers.computeIfAbsent(command.toString(), this::timer).record(completion, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String command) {
        return meters.timer(
                RedisMeter.COMMANDS.getName(), RedisTag.COMMAND.asString(), command.toLowerCase(Locale.ROOT));
    }
}
