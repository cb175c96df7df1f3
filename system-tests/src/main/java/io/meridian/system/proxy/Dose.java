package io.meridian.system.proxy;

import java.util.Locale;

/**
 * A toxic on one direction of a proxy.
 *
 * @param name unique in its proxy
 * @param toxicity the share of connections that it is on, in [0, 1]
 */
public record Dose(String name, Stream stream, double toxicity, Toxic toxic) {

    public Dose {
        if (!(toxicity >= 0 && toxicity <= 1)) {
            throw new IllegalArgumentException("toxicity must be in [0, 1], was " + toxicity);
        }
    }

    /** On all connections, under the name that Toxiproxy gives. */
    public static Dose of(Stream stream, Toxic toxic) {
        return new Dose(toxic.type() + "_" + stream.word(), stream, 1, toxic);
    }

    /** A direction. */
    public enum Stream {
        /** From the client to the server. */
        UPSTREAM,
        /** From the server to the client. */
        DOWNSTREAM;

        /** As the API says it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException if the API has no such word */
        static Stream of(String word) {
            for (var each : values()) {
                if (each.word().equals(word)) {
                    return each;
                }
            }
            throw new IllegalArgumentException("stream was invalid, can be either upstream or downstream");
        }
    }
}
