package io.meridian.snapshot.autoconfigure;

import io.meridian.snapshot.FollowerSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.snapshot}.
 *
 * @param enabled whether anything is followed; if not, snapshots stay empty and everybody is asked as if there were none
 * @param checkEvery how often everything is asked for once more, to find and repair what was lost on the way; 0 switches that off
 * @param lateAfter the age from which on what is known counts as late and is warned of
 * @param silence after which a stream that says nothing counts as dead; sources give a sign of life twice a second
 * @param firstPause before the first new attempt; each further one waits up to twice as long
 * @param longestPause between two attempts
 * @param notOfferedPause before a source of an older release is asked again
 */
@ConfigurationProperties("meridian.snapshot")
record SnapshotProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10m") Duration checkEvery,
        @DefaultValue("2s") Duration lateAfter,
        @DefaultValue("5s") Duration silence,
        @DefaultValue("50ms") Duration firstPause,
        @DefaultValue("2s") Duration longestPause,
        @DefaultValue("1m") Duration notOfferedPause) {

    SnapshotProperties {
        var _ = settings(checkEvery, lateAfter, silence, firstPause, longestPause, notOfferedPause);
    }

    FollowerSettings settings() {
        return settings(checkEvery, lateAfter, silence, firstPause, longestPause, notOfferedPause);
    }

    private static FollowerSettings settings(
            Duration checkEvery,
            Duration lateAfter,
            Duration silence,
            Duration firstPause,
            Duration longestPause,
            Duration notOfferedPause) {
        return new FollowerSettings(checkEvery, lateAfter, silence, firstPause, longestPause, notOfferedPause);
    }
}
