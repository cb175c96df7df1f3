package io.meridian.order.remote;

import io.meridian.order.model.Line;
import io.meridian.order.model.Sku;
import io.meridian.order.placing.Catalogue;
import io.meridian.snapshot.Follower;
import java.time.Duration;
import java.util.List;

/** What is known here of inventory's catalogue, as long as it is known to be whole and hardly late; beyond that it knows nothing. */
public final class FollowedCatalogue implements Catalogue {

    private final Follower<Sku, Listed> follower;
    private final Duration reliedOnFor;

    /** @param reliedOnFor how old what is known may be to refuse something by it */
    public FollowedCatalogue(Follower<Sku, Listed> follower, Duration reliedOnFor) {
        this.follower = follower;
        this.reliedOnFor = reliedOnFor;
    }

    @Override
    public List<Sku> unknownOf(List<Line> lines) {
        var view = follower.store().current();
        if (!follower.isWithin(reliedOnFor)) {
            return List.of();
        }
        return lines.stream().map(Line::sku).filter(it -> view.get(it) == null).toList();
    }
}
