package io.meridian.system.nemesis;

import io.meridian.local.platform.Component;
import io.meridian.system.nemesis.Protocol.Answer;
import io.meridian.system.proxy.Dose;
import io.meridian.system.proxy.Dose.Stream;
import io.meridian.system.proxy.Toxic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Something is wrong with a link; seen by whoever asks through its proxy. */
public final class LinkFault implements Fault {

    /** A healthy answer takes milliseconds; this leaves room for a machine that has other things to do. */
    private static final Duration WELL = Duration.ofMillis(900);

    private final Arena arena;
    private final Link link;
    private final Kind kind;

    /** What is wrong. */
    public enum Kind {
        /** Every byte to the client comes 300 to 500 ms later. */
        SLOW(3, Duration.ofSeconds(5), List.of(Dose.of(Stream.DOWNSTREAM, new Toxic.Latency(400, 100)))),
        /** Connections stay, and nothing passes: a network that lost its way. Those that were open are missing bytes when it is over. */
        SILENT(1, Duration.ofSeconds(1), List.of(
                Dose.of(Stream.UPSTREAM, new Toxic.Timeout(0)), Dose.of(Stream.DOWNSTREAM, new Toxic.Timeout(0)))),
        /** Whoever answers is cut off with a RST: what was asked for was done, and nobody is told. */
        RESET(1, Duration.ofSeconds(5), List.of(Dose.of(Stream.DOWNSTREAM, new Toxic.ResetPeer(0)))),
        /** Nobody is there: connections are refused, and those that were open have ended. */
        CUT(1, Duration.ofSeconds(5), List.of());

        private static final long LEAST_LATENCY_MILLIS = 290;

        private final int questions;
        private final Duration patience;
        private final List<Dose> doses;

        /** @param questions how many must show it: one answer may be late by chance, several in a row hardly */
        Kind(int questions, Duration patience, List<Dose> doses) {
            this.questions = questions;
            this.patience = patience;
            this.doses = doses;
        }

        private boolean shows(Answer answer) {
            return switch (this) {
                case SLOW -> answer instanceof Answer.Came(var after) && after.toMillis() >= LEAST_LATENCY_MILLIS;
                case SILENT -> answer instanceof Answer.Silence;
                case RESET -> answer instanceof Answer.Broken;
                case CUT -> answer instanceof Answer.Nobody;
            };
        }
    }

    public LinkFault(Arena arena, Link link, Kind kind) {
        this.arena = arena;
        this.link = link;
        this.kind = kind;
    }

    @Override
    public String name() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + link.id();
    }

    /** The one at the far end, whose answers the proof needs. */
    @Override
    public Set<Component> strikes() {
        return Set.of(link.to());
    }

    @Override
    public void inject() {
        if (kind == Kind.CUT) {
            arena.proxies().enable(link.id(), false);
        }
        kind.doses.forEach(it -> arena.proxies().add(link.id(), it));
    }

    @Override
    public String proofThatItTook() throws Unproven {
        var answers = new ArrayList<Answer>();
        for (int i = 0; i < kind.questions; i++) {
            var answer = ask(kind.patience);
            answers.add(answer);
            if (!kind.shows(answer)) {
                throw new Unproven("a question through the proxy of " + link.id() + " had " + answer);
            }
        }
        return answers.size() + " questions through the proxy had " + answers;
    }

    @Override
    public void heal() {
        for (var toxic : arena.proxies().show(link.id()).path("toxics")) {
            arena.proxies().remove(link.id(), toxic.path("name").asString(""));
        }
        arena.proxies().enable(link.id(), true);
    }

    @Override
    public String proofThatItHealed() throws Unproven {
        var answer = ask(WELL);
        if (answer instanceof Answer.Came(var after) && after.compareTo(WELL) < 0) {
            return "answered in " + after.toMillis() + " ms";
        }
        throw new Unproven("a question through the proxy of " + link.id() + " still had " + answer);
    }

    private Answer ask(Duration patience) {
        return link.protocol().ask(link.port(arena.addresses()), patience);
    }
}
