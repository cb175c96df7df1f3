package io.meridian.local.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the command speaks. What people read goes to standard output, or to standard error when a program asked for JSON; a
 * program never has to pick its answer out of prose.
 */
final class Terminal {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PrintStream prose;
    private final PrintStream document;
    private final boolean live;
    private final boolean coloured;
    private final boolean unicode;
    private String transientLine = "";

    /**
     * @param live whether lines may be overwritten: a person watches
     * @param coloured whether to use ANSI colours
     * @param unicode whether the reader can show more than ASCII
     */
    Terminal(PrintStream prose, PrintStream document, boolean live, boolean coloured, boolean unicode) {
        this.prose = prose;
        this.document = document;
        this.live = live;
        this.coloured = coloured;
        this.unicode = unicode;
    }

    /**
     * The terminal of this process.
     *
     * @param environment {@code MERIDIAN_TTY} holds 1 and 2 if standard output and error are terminals; the script knows
     */
    static Terminal ofProcess(boolean json, Map<String, String> environment) {
        var terminals = environment.getOrDefault("MERIDIAN_TTY", "");
        var isTerminal = terminals.contains(json ? "2" : "1")
                && !environment.getOrDefault("TERM", "").equals("dumb");
        var charset = Charset.forName(System.getProperty(json ? "stderr.encoding" : "stdout.encoding", "US-ASCII"));
        return new Terminal(
                json ? System.err : System.out,
                System.out,
                isTerminal,
                isTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                charset.newEncoder().canEncode('█'));
    }

    /** A line for people. */
    synchronized void say(String line) {
        erase();
        prose.println(line);
        repaint();
    }

    /** A line that stays at the bottom until the next one, or until it is emptied; only shown to a person who watches. */
    synchronized void sayForNow(String line) {
        if (live) {
            erase();
            transientLine = line;
            repaint();
        }
    }

    /** The answer for programs. */
    synchronized void answer(JsonNode json) {
        document.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    }

    boolean isLive() {
        return live;
    }

    String bold(String text) {
        return styled("1", text);
    }

    String dim(String text) {
        return styled("2", text);
    }

    String green(String text) {
        return styled("32", text);
    }

    String yellow(String text) {
        return styled("33", text);
    }

    String red(String text) {
        return styled("31", text);
    }

    String cyan(String text) {
        return styled("36", text);
    }

    String tick() {
        return green(unicode ? "✓" : "ok");
    }

    String cross() {
        return red(unicode ? "✗" : "!!");
    }

    String dot() {
        return yellow(unicode ? "•" : "--");
    }

    /** One cell of a bar. */
    String cell() {
        return unicode ? "█" : "#";
    }

    /** One cell of the part of a bar that was not needed. */
    String lightCell() {
        return unicode ? "░" : ".";
    }

    private String styled(String code, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private void erase() {
        if (!transientLine.isEmpty()) {
            prose.print("\r\u001b[K");
        }
    }

    private void repaint() {
        if (!transientLine.isEmpty()) {
            prose.print(transientLine);
        }
        prose.flush();
    }
}
