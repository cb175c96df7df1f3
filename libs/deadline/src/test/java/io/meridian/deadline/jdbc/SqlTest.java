package io.meridian.deadline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 | QUERY",
                "  select 1 | QUERY",
                "/* a hint */ with x as (select 1) select * from x | QUERY",
                "(SELECT 1) UNION SELECT 2 | QUERY",
                "Merge into t using s on true when matched then delete | QUERY",
                "VALUES (1) | QUERY",
                "selection(1) | COMMAND",
                "VACUUM t | COMMAND",
                "{call f(?)} | COMMAND",
                "CALL p() | COMMAND",
                "EXPLAIN ANALYZE SELECT 1 | COMMAND",
                "LOCK TABLE t | COMMAND",
                "'' | COMMAND",
                "-- nothing | COMMAND",
                "/* nothing | COMMAND",
                "COMMIT | COMMIT",
                "end | COMMIT",
                "rollback to savepoint a | CONTROL",
                "SET search_path = a | CONTROL",
                "BEGIN | CONTROL",
            })
    void firstWordDecides(String text, Sql expected) {
        assertThat(Sql.of(text)).isEqualTo(expected);
    }

    @Test
    void commentsAreNoWords() {
        assertThat(Sql.of("-- select\n\t/* delete */ -- insert\n vacuum")).isEqualTo(Sql.COMMAND);
        assertThat(Sql.of("-- vacuum\nselect 1")).isEqualTo(Sql.QUERY);
    }

    @Test
    void firstWordIsReadAlikeInEveryLanguage() {
        var usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr"));
            assertThat(Sql.of("insert into t values (1)")).isEqualTo(Sql.QUERY);
        } finally {
            Locale.setDefault(usual);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1; SELECT 2", "SELECT ';'", "SELECT 1;", "VACUUM", "COMMIT"})
    void onlyOneQueryCanFollowAnotherStatement(String text) {
        assertThat(Sql.canFollow(text)).isFalse();
        assertThat(Sql.canFollow("SELECT 1")).isTrue();
    }
}
