package io.meridian.system.campaign;

import io.meridian.local.platform.Component;
import io.meridian.system.nemesis.Fault;
import io.meridian.system.nemesis.Unproven;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A fault of something that is not there; it takes and heals, unless it is told otherwise. */
final class Pretended implements Fault {

    final List<String> done = new ArrayList<>();
    private final String name;
    private final Set<Component> strikes;
    boolean isAlone;
    boolean takes = true;
    boolean heals = true;
    int failingHeals;
    private boolean isThere;

    Pretended(String name, Component... strikes) {
        this.name = name;
        this.strikes = Set.of(strikes);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Component> strikes() {
        return strikes;
    }

    @Override
    public boolean isAlone() {
        return isAlone;
    }

    @Override
    public void inject() {
        done.add("inject");
        isThere = takes;
    }

    @Override
    public String proofThatItTook() throws Unproven {
        if (!isThere) {
            throw new Unproven("all is well");
        }
        return "seen";
    }

    @Override
    public void heal() {
        done.add("heal");
        if (failingHeals > 0) {
            failingHeals--;
            throw new IllegalStateException("not now");
        }
        isThere = !heals;
    }

    @Override
    public String proofThatItHealed() throws Unproven {
        if (isThere) {
            throw new Unproven("it is still there");
        }
        return "gone";
    }
}
