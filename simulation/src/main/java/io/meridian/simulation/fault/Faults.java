package io.meridian.simulation.fault;

import io.meridian.simulation.database.Database;
import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import io.meridian.simulation.log.Broker;
import io.meridian.simulation.network.Network;
import io.meridian.simulation.payment.CardProvider;
import io.meridian.simulation.relay.Slot;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one schedule: which there are, how likely each is at each opportunity, and how often each took. After healing none
 * happens any more.
 */
public final class Faults {

    private static final double[] LIKELIHOODS = {0.02, 0.08, 0.25};

    private final World world;
    private final Dice dice;
    private final Map<Fault, Double> chosen = new EnumMap<>(Fault.class);
    private final long[] took = new long[Fault.values().length];
    private boolean healed;
    private @Nullable String slowDatabase;

    public Faults(World world, Dice dice, Set<Fault> faults) {
        this.world = world;
        this.dice = dice;
        for (var fault : Fault.values()) {
            if (faults.contains(fault)) {
                chosen.put(fault, LIKELIHOODS[dice.between(0, LIKELIHOODS.length - 1)] * share(fault));
            }
        }
    }

    /** A transaction has many statements: each with the likelihood of a whole call would leave none alive. */
    private static double share(Fault fault) {
        return fault == Fault.STATEMENT_LOST || fault == Fault.COMMIT_UNKNOWN ? 0.3 : 1;
    }

    /** Whether this schedule has the fault at all. */
    public boolean has(Fault fault) {
        return chosen.containsKey(fault);
    }

    public Set<Fault> chosen() {
        return chosen.keySet();
    }

    /** One opportunity for a fault: whether it happens. If it does, that is counted. */
    public boolean happens(Fault fault) {
        if (healed) {
            return false;
        }
        var likelihood = chosen.get(fault);
        if (likelihood == null || !dice.chance(likelihood)) {
            return false;
        }
        took(fault);
        return true;
    }

    /** Counts that the fault truly happened. */
    public void took(Fault fault) {
        took[fault.ordinal()]++;
        world.tell("fault", fault.name());
    }

    public long[] tookCounts() {
        return took.clone();
    }

    /** No fault happens from here on. */
    public void heal() {
        healed = true;
        slowDatabase = null;
    }

    public boolean isHealed() {
        return healed;
    }

    public void slowDown(@Nullable String database) {
        slowDatabase = database;
    }

    private long between(long least, long most) {
        return dice.between(least, most);
    }

    public Network.Hazards ofCalls(Partitions partitions) {
        return new Network.Hazards() {
            @Override
            public long way(Node from, String to) {
                return happens(Fault.CALL_LATE) ? between(1_000_000_000L, 9_000_000_000L) : between(150_000, 900_000);
            }

            @Override
            public boolean isCut(Node from, String to) {
                if (healed || !partitions.isCut(from, to)) {
                    return false;
                }
                took(Fault.PARTITION);
                return true;
            }

            @Override
            public boolean losesRequest(Node from, String method) {
                return happens(Fault.CALL_LOST);
            }

            @Override
            public boolean losesAnswer(Node from, String method) {
                return happens(Fault.ANSWER_LOST);
            }

            @Override
            public long repeatsAfter(Node from, String method) {
                return happens(Fault.CALL_REPEATED) ? between(100_000, 6_000_000_000L) : 0;
            }
        };
    }

    /** Which processes cannot reach which services now. */
    @FunctionalInterface
    public interface Partitions {
        boolean isCut(Node from, String to);
    }

    public Database.Hazards ofDatabase(String name) {
        return new Database.Hazards() {
            @Override
            public long way(Node from) {
                if (name.equals(slowDatabase)) {
                    took(Fault.DATABASE_SLOW);
                    return between(20_000_000, 400_000_000);
                }
                return between(40_000, 250_000);
            }

            @Override
            public boolean breaksBefore(Node from, String statement) {
                return happens(Fault.STATEMENT_LOST);
            }

            @Override
            public boolean breaksAfter(Node from, String statement) {
                return happens(Fault.COMMIT_UNKNOWN);
            }
        };
    }

    public CardProvider.Hazards ofProvider() {
        return new CardProvider.Hazards() {
            @Override
            public long way(Node from) {
                return between(2_000_000, 40_000_000);
            }

            @Override
            public boolean losesRequest(Node from, String operation) {
                return happens(Fault.PROVIDER_REQUEST_LOST);
            }

            @Override
            public boolean losesAnswer(Node from, String operation) {
                return happens(Fault.PROVIDER_SILENT);
            }

            @Override
            public long delays(Node from, String operation) {
                return happens(Fault.PROVIDER_LATE) ? between(900_000_000, 4_500_000_000L) : 0;
            }

            @Override
            public boolean fails(Node from, String operation) {
                return happens(Fault.PROVIDER_FAILS);
            }
        };
    }

    public Broker.Hazards ofBroker() {
        return new Broker.Hazards() {
            @Override
            public long way(Node from) {
                return between(200_000, 900_000);
            }

            @Override
            public boolean losesRequest(Node from, String what) {
                return happens(what.equals("offsets") ? Fault.OFFSET_LOST : Fault.PUBLISH_LOST);
            }

            @Override
            public boolean losesAnswer(Node from, String what) {
                return happens(Fault.ACK_LOST);
            }

            @Override
            public boolean putsAside(Node reader) {
                return happens(Fault.PUT_ASIDE);
            }
        };
    }

    public Slot.Hazards ofSlot() {
        return new Slot.Hazards() {
            @Override
            public boolean breaks(Node reader) {
                return has(Fault.RELAY_BROKEN) && dice.chance(0.2) && happens(Fault.RELAY_BROKEN);
            }

            @Override
            public long confirms(Node reader) {
                return happens(Fault.CONFIRM_LOST) ? 5_000_000_000L : between(100_000, 100_000_000);
            }

            @Override
            public long clings(Node reader) {
                return happens(Fault.SLOT_TAKEN) ? between(1_000_000_000L, 6_000_000_000L) : between(0, 50_000_000);
            }
        };
    }
}
