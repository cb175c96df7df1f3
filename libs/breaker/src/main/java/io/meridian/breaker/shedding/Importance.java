package io.meridian.breaker.shedding;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How important a call is: its level, and within the level the group of its user.
 *
 * <p>When only a part of a level can be served it is the same users' part for a while, so that whoever needs several calls gets them
 * all (the user priorities of DAGOR: Zhou et al., <cite>Overload Control for Scaling WeChat Microservices</cite>, SoCC 2018). A group
 * is drawn anew every hour, so that nobody is always the last.
 *
 * @param group 0, served first, to {@value #GROUPS} - 1
 */
public record Importance(Priority priority, int group) {

    /** Where a caller asks to be taken for less important; see {@link Priority#loweredTo}. */
    public static final String PRIORITY_HEADER = "x-priority";

    /** Where the edge says which group the user is in. */
    public static final String GROUP_HEADER = "x-user-group";

    /** As many as DAGOR has. */
    public static final int GROUPS = 128;

    /** Of a call whose user nobody knows: the one in the middle. */
    private static final int NOBODYS = GROUPS / 2;

    private static final long HOUR_MILLIS = 3_600_000;

    public Importance {
        if (group < 0 || group >= GROUPS) {
            throw new IllegalArgumentException("a user's group is in 0.." + (GROUPS - 1) + ", was " + group);
        }
    }

    /** Of a call whose user nobody knows. */
    public static Importance of(Priority priority) {
        return new Importance(priority, NOBODYS);
    }

    /**
     * Of a call that came with these headers. What cannot be read counts as not said.
     *
     * @param known what this server takes the call for
     * @param wish the value of {@value #PRIORITY_HEADER}; null if there is none
     * @param group the value of {@value #GROUP_HEADER}; null if there is none
     */
    public static Importance read(Priority known, @Nullable String wish, @Nullable String group) {
        var priority = wish == null ? known : Priority.of(wish).map(known::loweredTo).orElse(known);
        return group == null ? of(priority) : new Importance(priority, parsed(group));
    }

    /** The group of a user in the hour of {@code epochMillis}. */
    public static int group(String user, long epochMillis) {
        var hash = new CRC32();
        hash.update((user + '@' + Math.floorDiv(epochMillis, HOUR_MILLIS)).getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % GROUPS);
    }

    private static int parsed(String group) {
        try {
            var number = Integer.parseInt(group);
            return number >= 0 && number < GROUPS ? number : NOBODYS;
        } catch (NumberFormatException _) {
            return NOBODYS;
        }
    }
}
