package io.meridian.deadline.jdbc;

import java.util.Locale;
import java.util.Set;

/** What a statement's text says about how it can be bound; decided by its first word. */
enum Sql {

    /** A query or a change of rows: it can travel with the timeout it is to have. */
    QUERY,

    /** Anything else that may take long: the server is told of the timeout first, if it can be. */
    COMMAND,

    /** Makes a transaction's changes last, so it is not begun when nobody waits any more. */
    COMMIT,

    /** Takes no time, and some of it must work when everything else has failed, so it is neither bound nor refused. */
    CONTROL;

    private static final int LONGEST_WORD = 12;

    private static final Set<String> QUERIES =
            Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE");
    private static final Set<String> COMMITS = Set.of("COMMIT", "END");
    private static final Set<String> CONTROLS = Set.of(
            "BEGIN", "START", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "SET", "RESET", "SHOW", "DISCARD", "DEALLOCATE", "LISTEN",
            "UNLISTEN", "CLOSE");

    static Sql of(String text) {
        var word = firstWord(text);
        if (QUERIES.contains(word)) {
            return QUERY;
        }
        if (COMMITS.contains(word)) {
            return COMMIT;
        }
        return CONTROLS.contains(word) ? CONTROL : COMMAND;
    }

    /** Whether another statement can be put before this text: it is a query, and one only. */
    static boolean canFollow(String text) {
        return text.indexOf(';') < 0 && of(text) == QUERY;
    }

    private static String firstWord(String text) {
        var start = 0;
        while (start < text.length()) {
            var c = text.charAt(start);
            if (Character.isWhitespace(c) || c == '(') {
                start++;
            } else if (text.startsWith("--", start)) {
                start = after(text, "\n", start);
            } else if (text.startsWith("/*", start)) {
                start = after(text, "*/", start);
            } else {
                break;
            }
        }
        var end = start;
        while (end < text.length() && end - start <= LONGEST_WORD && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(start, end).toUpperCase(Locale.ROOT);
    }

    private static int after(String text, String mark, int from) {
        var found = text.indexOf(mark, from);
        return found < 0 ? text.length() : found + mark.length();
    }
}
