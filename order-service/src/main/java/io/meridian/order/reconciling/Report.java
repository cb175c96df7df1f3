package io.meridian.order.reconciling;

import java.util.List;

/**
 * What a comparison found.
 *
 * @param orders how many orders were compared; so for payments and holds
 * @param tooYoung how many orders were not judged because they are on their way
 * @param passed how many differences were gone when they were looked at again
 * @param differences at most as many as asked for
 * @param more whether there may be more: the comparison ended when there were as many as asked for
 */
public record Report(
        Window window,
        long orders,
        long payments,
        long holds,
        long tooYoung,
        long passed,
        List<Difference> differences,
        boolean more) {

    public Report {
        differences = List.copyOf(differences);
    }

    public boolean isClean() {
        return differences.isEmpty();
    }
}
