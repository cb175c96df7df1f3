package io.meridian.deadline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.DemandAware;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.protocol.TransactionalCommand;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScopedTimeoutsTest {

    private static final Duration OF_CONNECTION = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final Heard heard = new Heard();
    private final MissingDeadline missing = new MissingDeadline(MissingDeadline.Policy.COUNT, heard);

    @Test
    void timeoutIsWhatRemainsOfTheScope() {
        var source = timeouts(TimeoutOptions.enabled());
        var scope = scope(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(50));

        assertThat(in(scope, source, inner())).isEqualTo(Duration.ofMillis(150));
        assertThat(heard.told).isEmpty();
    }

    @Test
    void timeoutOfACommandThatIsToldOfTheEndLeavesTimeToTellIt() {
        var source = timeouts(TimeoutOptions.enabled());

        assertThat(in(scope(Duration.ofMillis(200)), source, command(CommandType.GET))).isEqualTo(Duration.ofMillis(450));
        assertThat(in(scope(Deadline.LONGEST), source, command(CommandType.GET))).isEqualTo(OF_CONNECTION);
    }

    @Test
    void timeoutIsNeverLongerThanWithoutTheScope() {
        var scope = scope(Duration.ofMinutes(10));

        assertThat(in(scope, timeouts(TimeoutOptions.enabled()), inner())).isEqualTo(OF_CONNECTION);
        assertThat(in(scope, timeouts(TimeoutOptions.enabled(Duration.ofMillis(70))), inner()))
                .isEqualTo(Duration.ofMillis(70));
    }

    @Test
    void timeoutIsWhatRemainsWhereThereIsNoneOtherwise() {
        var scope = scope(Duration.ofMillis(200));

        assertThat(in(scope, timeouts(TimeoutOptions.create()), inner()))
                .isEqualTo(Duration.ofMillis(200));
        assertThat(in(scope, timeouts(TimeoutOptions.enabled(Duration.ZERO)), inner()))
                .isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void timeoutIsNeverSoShortThatLettuceWouldTakeItForNone() {
        var source = timeouts(TimeoutOptions.enabled());
        var scope = scope(Duration.ofNanos(3));

        assertThat(in(scope, source, inner())).isEqualTo(Duration.ofMillis(1));
        time.advance(Duration.ofSeconds(9));
        assertThat(in(scope, source, inner())).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void commandOfAnEndedScopeHasFailedBeforeItIsWritten() {
        var source = timeouts(TimeoutOptions.enabled());
        var scope = scope(Duration.ofMillis(200));
        var inTime = command(CommandType.GET);
        in(scope, source, inTime);
        time.advance(Duration.ofMillis(200));
        var late = command(CommandType.GET);
        in(scope, source, late);

        assertThat(inTime.isDone()).isFalse();
        assertThat(late.isDone()).isTrue();
        assertThat(ending(late)).isEqualTo(Ending.EXPIRED);
        assertThat(heard.told).containsExactly("refused redis PT0S");
    }

    @Test
    void commandUnderWayFailsWhenTheCallerGoes() {
        var scope = scope(Duration.ofSeconds(1));
        var command = command(CommandType.GET);
        in(scope, timeouts(TimeoutOptions.enabled()), command);

        scope.cancel();

        await().until(command::isDone);
        assertThat(ending(command)).isEqualTo(Ending.CALLER_GONE);
        await().until(() -> heard.told.contains("stopped REDIS CALLER_GONE"));
    }

    @Test
    void commandUnderWayFailsAtTheDeadlineWithoutAnybodyWaitingForIt() {
        var scope = DeadlineScope.root("test", Deadline.after(Duration.ofMillis(30)));
        var command = command(CommandType.GET);
        in(scope, timeouts(TimeoutOptions.enabled()), command);

        await().until(command::isDone);

        assertThat(ending(command)).isEqualTo(Ending.EXPIRED);
        await().until(() -> heard.told.contains("stopped REDIS EXPIRED"));
    }

    @Test
    void answeredCommandIsNotTouchedByTheEndOfItsScope() {
        var scope = scope(Duration.ofSeconds(1));
        var command = command(CommandType.GET);
        in(scope, timeouts(TimeoutOptions.enabled()), command);
        command.complete("answer");

        scope.cancel();

        assertThat(command).isCompletedWithValue("answer");
        assertThat(heard.told).isEmpty();
    }

    @Test
    void commandOutsideAnyScopeIsReportedOnceHoweverOftenItsTimeoutIsAsked() {
        missing.watch();
        var source = timeouts(TimeoutOptions.enabled());
        var command = command(CommandType.GET);

        assertThat(ask(source, command)).isEqualTo(OF_CONNECTION);
        assertThat(ask(source, command)).isEqualTo(OF_CONNECTION);
        assertThat(heard.told).containsExactly("missing REDIS");
        ask(source, command(CommandType.GET));
        assertThat(heard.told).containsExactly("missing REDIS", "missing REDIS");
    }

    @Test
    void commandOutsideAnyScopeIsRefusedWhereThatIsWanted() {
        var refusing = new MissingDeadline(MissingDeadline.Policy.REFUSE, heard);
        refusing.watch();
        var source = source(new ScopedRedis(heard, refusing).bound(ClientOptions.create(), OF_CONNECTION));

        assertThatThrownBy(() -> source.getTimeout(command(CommandType.GET)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("REDIS");
    }

    @Test
    void reactiveCommandIsNotMissingAScopeAndEndsWithTheOneOfItsThread() {
        missing.watch();
        var source = timeouts(TimeoutOptions.enabled());
        ask(source, new Reactive());
        assertThat(heard.told).isEmpty();

        var scope = scope(Duration.ofSeconds(1));
        var command = new Reactive();
        in(scope, source, command);
        scope.cancel();

        await().until(command::isDone);
    }

    @Test
    void nobodyIsAskedBeforeTheCommandIsKnown() {
        missing.watch();

        assertThat(ask(timeouts(TimeoutOptions.enabled()), null)).isEqualTo(OF_CONNECTION);
        assertThat(heard.told).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "SELECT", "AUTH", "SUBSCRIBE", "ASKING"})
    void commandThatSetsTheStateOfItsConnectionIsSentByAScopeThatIsOver(CommandType type) {
        var scope = scope(Duration.ZERO);
        var command = command(type);

        assertThat(in(scope, timeouts(TimeoutOptions.enabled()), command)).isEqualTo(OF_CONNECTION);
        assertThat(command.isDone()).isFalse();
    }

    @Test
    void commandOfATransactionIsSentByAScopeThatIsOver() {
        var scope = scope(Duration.ZERO);
        var command = new TransactionalCommand<>(plain(CommandType.SET));

        assertThat(in(scope, timeouts(TimeoutOptions.enabled()), command)).isEqualTo(OF_CONNECTION);
        assertThat(command.isDone()).isFalse();
    }

    @Test
    void everythingElseThatTheOptionsSayStays() {
        Predicate<RedisCommand<?, ?, ?>> replay = _ -> true;
        var options = ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(replay)
                .requestQueueSize(17)
                .build();

        var bound = new ScopedRedis(heard, missing).bound(options, OF_CONNECTION);

        assertThat(bound.getDisconnectedBehavior()).isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        assertThat(bound.getReplayFilter()).isSameAs(replay);
        assertThat(bound.getRequestQueueSize()).isEqualTo(17);
    }

    @Test
    void optionsForAClusterStayOnes() {
        Predicate<RedisCommand<?, ?, ?>> replay = _ -> true;
        ClientOptions options = ClusterClientOptions.builder()
                .maxRedirects(9)
                .replayFilter(replay)
                .useHashIndexQueue(false)
                .build();

        var bound = new ScopedRedis(heard, missing).bound(options, OF_CONNECTION);

        assertThat(bound).isInstanceOfSatisfying(ClusterClientOptions.class, it -> assertThat(it.getMaxRedirects())
                .isEqualTo(9));
        assertThat(bound.getReplayFilter()).isSameAs(replay);
        assertThat(bound.isUseHashIndexedQueue()).isFalse();
    }

    private DeadlineScope scope(Duration budget) {
        return DeadlineScope.root("test", Deadline.after(budget, time.nanos()));
    }

    private TimeoutOptions.TimeoutSource timeouts(TimeoutOptions options) {
        return source(new ScopedRedis(heard, missing)
                .bound(ClientOptions.builder().timeoutOptions(options).build(), OF_CONNECTION));
    }

    private static TimeoutOptions.TimeoutSource source(ClientOptions options) {
        return options.getTimeoutOptions().getSource();
    }

    private static Duration in(
            DeadlineScope scope, TimeoutOptions.TimeoutSource source, @Nullable RedisCommand<?, ?, ?> command) {
        return scope.call(() -> ask(source, command));
    }

    @SuppressWarnings("NullAway") // Lettuce asks with null too
    private static Duration ask(TimeoutOptions.TimeoutSource source, @Nullable RedisCommand<?, ?, ?> command) {
        return Duration.ofNanos(source.getTimeUnit().toNanos(source.getTimeout(command)));
    }

    private static Ending ending(AsyncCommand<?, ?, ?> command) {
        var failure = command.exceptionNow();
        assertThat(failure).isInstanceOf(RedisCommandTimeoutException.class);
        assertThat(failure.getCause()).isInstanceOf(ScopeEndedException.class);
        return ((ScopeEndedException) Objects.requireNonNull(failure.getCause())).ending();
    }

    private static AsyncCommand<String, String, String> command(CommandType type) {
        return new AsyncCommand<>(plain(type));
    }

    /** As the layers are that a cluster's command has inside. */
    private static CommandWrapper<String, String, String> inner() {
        return new CommandWrapper<>(plain(CommandType.GET));
    }

    private static Command<String, String, String> plain(CommandType type) {
        return new Command<>(type, new StatusOutput<>(StringCodec.UTF8));
    }

    /** As those of the reactive API are. */
    private static final class Reactive extends CommandWrapper<String, String, String> implements DemandAware.Sink {

        Reactive() {
            super(plain(CommandType.GET));
        }

        @Override
        public boolean hasDemand() {
            return true;
        }

        @Override
        public void setSource(DemandAware.Source source) {}

        @Override
        public void removeSource() {}
    }
}
