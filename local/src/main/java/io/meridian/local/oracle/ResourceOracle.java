package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Section;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is taken to serve a request is given back: connections, permits, places in a queue. */
final class ResourceOracle implements Oracle {

    @Override
    public String name() {
        return "resources";
    }

    @Override
    public String holds() {
        return "connections, permits and queues are back where they were before";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.RESOURCES);
    }

    @Override
    public boolean needsQuiet() {
        return true;
    }

    @Override
    public String advice() {
        return "Something is not given back; a thread dump of the service shows who has it.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        return evidence.resources().stream()
                .filter(it -> it.value() > it.rest())
                .map(it -> Finding.unfinished(
                        it.service() + " " + it.name(),
                        String.format(Locale.ROOT, "%.0f at rest, is %.0f", it.rest(), it.value())))
                .toList();
    }

    @Override
    public String judged(Evidence evidence) {
        return evidence.resources().size() + " gauges";
    }
}
