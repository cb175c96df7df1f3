package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Section;
import java.util.List;
import java.util.Set;

/**
 * Something that must hold, as a pure function of what was found. It judges the evidence as if nothing were under way; what may only be
 * under way it tells as {@link Finding.Kind#UNFINISHED}, and {@link Examination} finds out.
 */
public interface Oracle {

    /** One or two words, as a command prints them. */
    String name();

    /** What must hold, in a sentence without a full stop. */
    String holds();

    /** Without one of these it cannot judge. */
    Set<Section> needs();

    /**
     * Whether it can be judged only while nobody asks the platform for anything: then what it finds while orders come in means nothing.
     */
    default boolean needsQuiet() {
        return false;
    }

    /** What to do about what it finds, in a sentence. */
    String advice();

    /** All that is not as it must be; nothing if all is well. */
    List<Finding> judge(Evidence evidence);

    /** How many things it looked at, and of what kind, such as {@code 12 orders}. */
    String judged(Evidence evidence);
}
