package io.meridian.simulation.engine;

import java.util.ArrayList;
import java.util.List;

/** Something that tasks wait for, in virtual time. Raising it wakes all that wait at that moment. */
public final class Signal {

    private record Waiting(Task task, long ticket) {}

    private final World world;
    private List<Waiting> waiting = new ArrayList<>(2);

    public Signal(World world) {
        this.world = world;
    }

    /**
     * Waits until it is raised.
     *
     * @param nanos for so long at most; {@link Long#MAX_VALUE} for as long as it takes
     * @return whether it was raised
     */
    public boolean await(long nanos) {
        var task = world.current();
        task.ticket++;
        waiting.add(new Waiting(task, task.ticket));
        if (nanos != Long.MAX_VALUE) {
            world.resumeAt(world.nanos() + Math.max(0, nanos), task, task.ticket, false);
        }
        world.suspend();
        return task.woken;
    }

    public void raise() {
        if (waiting.isEmpty()) {
            return;
        }
        var woken = waiting;
        waiting = new ArrayList<>(2);
        for (var each : woken) {
            if (each.task.ticket == each.ticket) {
                world.resumeAt(world.nanos(), each.task, each.ticket, true);
            }
        }
    }
}
