package io.meridian.benchmarks.incident;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of requests of one kind in one stretch of time.
 *
 * @param sortedNanos how long each took that was answered as it should be, ascending
 * @param failures of all others, how often each answer came
 */
record Sample(long[] sortedNanos, Map<String, Long> failures) {

    /** What became of one: {@code fault} is empty if it was answered as it should be. */
    record Answer(long nanos, String fault) {}

    static Sample of(Collection<Answer> answers) {
        var good = answers.stream().filter(it -> it.fault().isEmpty()).mapToLong(Answer::nanos).sorted().toArray();
        var bad = answers.stream()
                .map(Answer::fault)
                .filter(it -> !it.isEmpty())
                .collect(Collectors.groupingBy(it -> it, TreeMap::new, Collectors.counting()));
        return new Sample(good, bad);
    }

    /** All of them as if they had been one. */
    static Sample together(List<Sample> samples) {
        var nanos = samples.stream().flatMapToLong(it -> Arrays.stream(it.sortedNanos)).sorted().toArray();
        var failures = new TreeMap<String, Long>();
        samples.forEach(it -> it.failures.forEach((fault, count) -> failures.merge(fault, count, Long::sum)));
        return new Sample(nanos, failures);
    }

    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    long total() {
        return sortedNanos.length + failed();
    }

    double failedPercent() {
        return total() == 0 ? 0 : 100.0 * failed() / total();
    }

    /** The time within which this share was answered, in milliseconds; 0 if nothing was. */
    double millis(double share) {
        if (sortedNanos.length == 0) {
            return 0;
        }
        var index = (int) Math.ceil(share * sortedNanos.length) - 1;
        return sortedNanos[Math.clamp(index, 0, sortedNanos.length - 1)] / 1e6;
    }

    static double median(Collection<Double> values) {
        var sorted = new ArrayList<>(values);
        sorted.sort(Double::compare);
        var middle = sorted.size() / 2;
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
