package io.meridian.edges;

import java.util.regex.Pattern;

/**
 * Who answers: the value of the {@code x-served-by} header of every response, {@code <service>;<version>;<arm>}.
 *
 * @param service the service's name, such as {@code order-service}
 * @param version the release that runs, such as {@code v1}
 * @param arm {@code stable} or {@code canary}: the side of a release experiment this instance is on
 */
public record ServedBy(String service, String version, String arm) {

    /** The header it is sent in. */
    public static final String HEADER = "x-served-by";

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._+-]{1,64}");

    public ServedBy {
        requireWord("spring.application.name", service);
        requireWord("meridian.version", version);
        requireWord("meridian.arm", arm);
    }

    /** The value as it is sent. */
    public String value() {
        return service + ";" + version + ";" + arm;
    }

    /** The service's name for its neighbours and in timings: without the {@code -service} every name ends in. */
    public String shortName() {
        return service.endsWith("-service") ? service.substring(0, service.length() - "-service".length()) : service;
    }

    private static void requireWord(String setting, String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException(
                    setting + " must be 1 to 64 of A-Z a-z 0-9 . _ + -, because it is sent in a header; was \"" + word
                            + "\"");
        }
    }
}
