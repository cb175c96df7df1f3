package io.meridian.system.proxy;

import java.util.Map;

/**
 * What is done to the bytes of one direction, under the names, units and meanings of Toxiproxy 2.5
 * (github.com/Shopify/toxiproxy, README.md, "Toxics").
 */
public sealed interface Toxic {

    /** The name of its type in the API. */
    String type();

    /** Its fields as the API shows them. */
    Map<String, Long> attributes();

    /** Bytes come later by {@code latency} ± {@code jitter} milliseconds; those that follow one another do not wait for one another. */
    record Latency(long latency, long jitter) implements Toxic {

        @Override
        public String type() {
            return "latency";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("latency", latency, "jitter", jitter);
        }
    }

    /** Nothing passes; the connection is closed {@code timeout} milliseconds after the last byte came, with 0 when this toxic is removed. */
    record Timeout(long timeout) implements Toxic {

        @Override
        public String type() {
            return "timeout";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("timeout", timeout);
        }
    }

    /** The first bytes that come are swallowed, and {@code timeout} milliseconds later both sides get a RST. */
    record ResetPeer(long timeout) implements Toxic {

        @Override
        public String type() {
            return "reset_peer";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("timeout", timeout);
        }
    }

    /** At most {@code rate} KB pass each second; 0 is no limit. */
    record Bandwidth(long rate) implements Toxic {

        @Override
        public String type() {
            return "bandwidth";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("rate", rate);
        }
    }

    /** The end of the connection comes {@code delay} milliseconds later. */
    record SlowClose(long delay) implements Toxic {

        @Override
        public String type() {
            return "slow_close";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("delay", delay);
        }
    }

    /** Bytes come in pieces of {@code averageSize} ± {@code sizeVariation}, with {@code delay} microseconds between. */
    record Slicer(long averageSize, long sizeVariation, long delay) implements Toxic {

        public Slicer {
            if (averageSize < 1 || sizeVariation < 0 || sizeVariation >= averageSize) {
                throw new IllegalArgumentException("average_size must be 1 or more and above size_variation, were " + averageSize
                        + " and " + sizeVariation);
            }
        }

        @Override
        public String type() {
            return "slicer";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("average_size", averageSize, "size_variation", sizeVariation, "delay", delay);
        }
    }

    /** The connection is closed when {@code bytes} have passed. */
    record LimitData(long bytes) implements Toxic {

        @Override
        public String type() {
            return "limit_data";
        }

        @Override
        public Map<String, Long> attributes() {
            return Map.of("bytes", bytes);
        }
    }

    /**
     * The toxic of this type; what {@code attributes} do not say is 0.
     *
     * @throws IllegalArgumentException if there is no such type
     */
    static Toxic of(String type, Map<String, Long> attributes) {
        return switch (type) {
            case "latency" -> new Latency(of(attributes, "latency"), of(attributes, "jitter"));
            case "timeout" -> new Timeout(of(attributes, "timeout"));
            case "reset_peer" -> new ResetPeer(of(attributes, "timeout"));
            case "bandwidth" -> new Bandwidth(of(attributes, "rate"));
            case "slow_close" -> new SlowClose(of(attributes, "delay"));
            case "slicer" ->
                new Slicer(of(attributes, "average_size"), of(attributes, "size_variation"), of(attributes, "delay"));
            case "limit_data" -> new LimitData(of(attributes, "bytes"));
            default -> throw new IllegalArgumentException("invalid toxic type");
        };
    }

    private static long of(Map<String, Long> attributes, String name) {
        return attributes.getOrDefault(name, 0L);
    }
}
