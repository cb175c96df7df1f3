package io.meridian.simulation.network;

import io.grpc.stub.StreamObserver;
import io.meridian.simulation.engine.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A service as its callers see it: a name, and behind it the instances that are there at the moment. */
public final class Service {

    /** What answers calls in one life of a process. */
    @FunctionalInterface
    public interface Door {

        /** Answers as the generated service does; may block, and may throw. */
        void call(String method, Object request, StreamObserver<Object> answer);
    }

    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Door> doors = new LinkedHashMap<>();

    public Service(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** From now on this process answers so. */
    public void open(Node node, Door door) {
        if (!nodes.contains(node)) {
            nodes.add(node);
        }
        doors.put(node, door);
    }

    public List<Node> nodes() {
        return nodes;
    }

    @Nullable Door door(Node node) {
        return doors.get(node);
    }
}
