package io.meridian.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.kafka.listener.ListenerExecutionFailedException;
import org.springframework.transaction.CannotCreateTransactionException;

class VerdictTest {

    static Stream<Arguments> reasons() {
        return Stream.of(
                arguments(Verdict.UNREADABLE, new UnreadableEventException("no ce_id")),
                arguments(Verdict.FAULTY, new IllegalArgumentException("quantity must be positive")),
                arguments(Verdict.FAULTY, new NullPointerException()),
                arguments(Verdict.FAULTY, new DataIntegrityViolationException("check constraint")),
                arguments(Verdict.FAULTY, new IOException("not a protobuf message")),
                arguments(Verdict.TRANSIENT, new CannotAcquireLockException("deadlock")),
                arguments(Verdict.TRANSIENT, new QueryTimeoutException("statement timeout")),
                arguments(Verdict.TRANSIENT, new DataAccessResourceFailureException("out of memory")),
                arguments(Verdict.TRANSIENT, new ConnectException("refused")),
                arguments(Verdict.UNREACHABLE, new CannotGetJdbcConnectionException("pool timed out")),
                arguments(Verdict.UNREACHABLE, new CannotCreateTransactionException("begin failed")),
                arguments(Verdict.UNREACHABLE, new SQLTransientConnectionException("pool timed out")),
                arguments(
                        Verdict.UNREACHABLE,
                        new DataAccessResourceFailureException("I/O", new SQLException("closed", "08006"))),
                arguments(
                        Verdict.UNREACHABLE,
                        new DataAccessResourceFailureException("shutdown", new SQLException("terminating", "57P01"))),
                arguments(
                        Verdict.UNREACHABLE,
                        new DependencyDownException("provider", new ConnectException("refused"))));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void reasonDecidesHoweverDeepItIs(Verdict expected, Exception reason) {
        assertThat(Verdict.on(reason)).isEqualTo(expected);
        assertThat(Verdict.on(new ListenerExecutionFailedException("listener", new RuntimeException(reason))))
                .isEqualTo(expected);
    }

    @Test
    void chainThatLeadsBackToItselfIsJudged() {
        var first = new IllegalStateException("first");
        var second = new IllegalStateException("second", first);
        first.initCause(second);

        assertThat(Verdict.on(first)).isEqualTo(Verdict.FAULTY);
    }
}
