package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.ServiceFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;

/** What is broken on purpose right now: a target on which a fault is set, or a component that is frozen. */
sealed interface Broken {

    String target();

    /** What goes wrong with it, in a few words. */
    String what();

    Duration remaining();

    void heal(Platform platform);

    /** Calls that a service fails, slows or hangs. */
    record Calls(Component service, ServiceFaults.Active fault) implements Broken {

        @Override
        public String target() {
            return fault.target();
        }

        @Override
        public String what() {
            return fault.what() + struck(fault);
        }

        @Override
        public Duration remaining() {
            return fault.remaining();
        }

        @Override
        public void heal(Platform platform) {
            faults(platform, service).end(target());
        }

        /** What it has done so far. */
        static String struck(ServiceFaults.Active fault) {
            return "; struck " + fault.struck() + (fault.failed() > 0 ? ", failed " + fault.failed() : "")
                    + (fault.waiting() > 0 ? ", " + fault.waiting() + " waiting" : "");
        }
    }

    /** A process that does nothing. */
    record Frozen(Component component, Duration remaining) implements Broken {

        @Override
        public String target() {
            return component.id();
        }

        @Override
        public String what() {
            return "frozen: its connections stay open and nothing answers";
        }

        @Override
        public void heal(Platform platform) {
            platform.resume(component);
        }
    }

    static ServiceFaults faults(Platform platform, Component service) {
        return new ServiceFaults(service, platform.addresses().managementHttp(service));
    }

    /** All that is broken; a service that does not answer, or takes no faults, has none. */
    static List<Broken> all(Platform platform) {
        var broken = new ArrayList<Broken>();
        for (var component : Component.values()) {
            var frozen = platform.frozenFor(component);
            frozen.ifPresent(it -> broken.add(new Frozen(component, it)));
            if (component.isService() && frozen.isEmpty()) {
                faultsOf(platform, component).forEach(it -> broken.add(new Calls(component, it)));
            }
        }
        return broken;
    }

    static void tell(List<Broken> broken, ArrayNode list) {
        for (var it : broken) {
            var node = list.addObject();
            node.put("target", it.target());
            node.put("remainingSeconds", it.remaining().toMillis() / 1000.0);
            switch (it) {
                case Calls(var service, var fault) -> node.put("component", service.id()).set("fault", fault.told());
                case Frozen(var component, _) -> node.put("component", component.id()).put("frozen", true);
            }
        }
    }

    /** Seconds for people, rounded up: what is not over yet is not told as over. */
    static String left(Duration remaining) {
        return String.format(Locale.ROOT, "%d s", (remaining.toMillis() + 999) / 1000);
    }

    private static List<ServiceFaults.Active> faultsOf(Platform platform, Component service) {
        try {
            return faults(platform, service).read().faults();
        } catch (PlatformFailure _) {
            return List.of();
        }
    }
}
