package io.meridian.deadline;

import io.meridian.testkit.HouseRules;
import io.meridian.testkit.HouseRules.MayWait;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void importsAreAsTheHouseWantsThem() {
        HouseRules.check(
                "io.meridian.deadline",
                new MayWait(
                        "io.meridian.deadline.Split",
                        "leaves no thread behind: parts end by their caps, and it waits until they have"));
    }
}
