package io.meridian.benchmarks.breaker.sim;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Results of several policies in several cells. */
record Results(List<Result> all) {

    /** The three scenarios of the headline, one and ten clients, three scales. */
    Results headline() {
        return where(it -> Scenario.HEADLINE.contains(it.scenario().name()) && it.clients() <= 10);
    }

    Results where(Predicate<Cell> cells) {
        return new Results(all.stream().filter(it -> cells.test(it.cell())).toList());
    }

    Results of(Contender contender) {
        return new Results(
                all.stream().filter(it -> it.contender().equals(contender)).toList());
    }

    Results without(Contender contender) {
        return new Results(
                all.stream().filter(it -> !it.contender().equals(contender)).toList());
    }

    List<Contender> contenders() {
        return all.stream().map(Result::contender).distinct().toList();
    }

    List<Cell> cells() {
        return all.stream().map(Result::cell).distinct().toList();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The mean over the cells of the mean over the seeds. */
    double mean(ToDoubleFunction<Score> value) {
        return all.stream()
                .mapToDouble(it -> it.mean(value))
                .filter(it -> !Double.isNaN(it))
                .average()
                .orElse(Double.NaN);
    }

    double goodput() {
        return mean(Score::goodput);
    }

    /** The cell with the least goodput. */
    Result worst() {
        return all.stream().min(Comparator.comparingDouble(Result::goodput)).orElseThrow();
    }

    /** The policy with the most goodput over all of these. */
    Contender best() {
        return contenders().stream()
                .max(Comparator.comparingDouble(it -> of(it).goodput()))
                .orElseThrow();
    }

    Result only() {
        if (all.size() != 1) {
            throw new IllegalStateException("one result expected, there are " + all.size());
        }
        return all.getFirst();
    }
}
