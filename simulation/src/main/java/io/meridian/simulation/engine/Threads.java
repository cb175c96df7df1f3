package io.meridian.simulation.engine;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor whose threads are tasks of one process. Closing it waits, in virtual time, until they have ended. */
public final class Threads extends AbstractExecutorService {

    private final World world;
    private final Node node;
    private final String name;
    private final Signal ended;
    private int running;
    private boolean shut;

    public Threads(World world, Node node, String name) {
        this.world = world;
        this.node = node;
        this.name = name;
        this.ended = new Signal(world);
    }

    @Override
    public void execute(Runnable task) {
        running++;
        world.start(node, name, () -> {
            try {
                task.run();
            } finally {
                running--;
                ended.raise();
            }
        });
    }

    @Override
    public void close() {
        shut = true;
        while (running > 0) {
            var _ = ended.await(Long.MAX_VALUE);
        }
    }

    @Override
    public void shutdown() {
        shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shut = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut && running == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        close();
        return true;
    }
}
