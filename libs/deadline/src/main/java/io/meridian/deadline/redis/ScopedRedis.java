package io.meridian.deadline.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.MissingDeadline;
import java.time.Duration;

/**
 * Has the commands of a Lettuce client end with their scope: the one that is current on the thread that begins them.
 *
 * <ul>
 *   <li>Once the scope is over, a command is not sent; it fails at once.
 *   <li>When the scope ends, by its deadline or because the caller is gone, a command that is under way fails with Lettuce's own timeout
 *       exception, whose cause says which of the two it was. A thread that is blocked on it may hear of the scope's interrupt first,
 *       which Lettuce throws as {@code RedisCommandInterruptedException}. Either way the connection stays in use, and the answer that is
 *       still to come is thrown away.
 *   <li>Outside of any scope, the timeout is the client's own, and a command of the blocking or the asynchronous API is reported to
 *       {@link MissingDeadline}. One of the reactive API is not: its scope is in the Reactor context, where a timeout cancels it.
 * </ul>
 *
 * <p>Commands that set the state of their connection, such as {@code MULTI} and {@code SUBSCRIBE}, and those between {@code MULTI} and
 * {@code EXEC}, are always sent and have the client's own timeout: to leave one out would give every later command on that connection
 * the answer of another. The wait for them still ends with the scope, by its interrupt.
 */
public final class ScopedRedis {

    private final DeadlineListener listener;
    private final MissingDeadline missing;

    public ScopedRedis(DeadlineListener listener, MissingDeadline missing) {
        this.listener = listener;
        this.missing = missing;
    }

    /**
     * The same options, with a timeout that is never longer than they say and ends with the scope; and a TLS handshake, which is a part of
     * connecting, may take no longer than the options let connecting take. Lettuce by itself waits for it for ten seconds whatever the connect
     * timeout says, and whoever needs the connection waits along, whether its own time is over or not.
     *
     * @param commandTimeout what the client's connections have, which is used if the options refer to it; zero for none
     */
    public ClientOptions bound(ClientOptions options, Duration commandTimeout) {
        var usual = options.getTimeoutOptions();
        var timeouts = TimeoutOptions.builder()
                .timeoutSource(new ScopedTimeouts(UsualTimeout.of(usual, commandTimeout), listener, missing))
                .relaxedTimeoutsDuringMaintenance(usual.getRelaxedTimeout())
                .build();
        // Options for a cluster do not copy these four by themselves.
        return options.mutate()
                .replayFilter(options.getReplayFilter())
                .jsonParser(options.getJsonParser())
                .useHashIndexQueue(options.isUseHashIndexedQueue())
                .maintNotificationsConfig(options.getMaintNotificationsConfig())
                .timeoutOptions(timeouts)
                .sslOptions(options.getSslOptions()
                        .mutate()
                        .handshakeTimeout(shorter(
                                options.getSslOptions().getHandshakeTimeout(),
                                options.getSocketOptions().getConnectTimeout()))
                        .build())
                .build();
    }

    /**
     * What the connections of such a client should have for a timeout. Lettuce gives up a connection that is not ready for commands, handshake
     * and {@code HELLO} included, when a command's timeout is over, so a client with a short one would never connect to a server whose handshake
     * takes a little longer. Here that is the time connecting may take, if it is longer; commands have a timeout of their own from
     * {@link #bound}. Where the options let commands run without one, only the connection's bounds a blocking call, and it stays.
     *
     * @param commandTimeout what the client's connections would have; zero for none
     */
    public Duration connectionTimeout(ClientOptions options, Duration commandTimeout) {
        var commands = options.getTimeoutOptions();
        var connecting = options.getSocketOptions().getConnectTimeout();
        return !commands.isTimeoutCommands() || commands.getSource() == null || commandTimeout.isZero()
                ? commandTimeout
                : longer(commandTimeout, connecting);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
