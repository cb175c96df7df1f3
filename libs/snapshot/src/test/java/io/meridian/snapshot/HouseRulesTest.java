package io.meridian.snapshot;

import io.meridian.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void importsAreAsTheHouseWantsThem() {
        HouseRules.check("io.meridian.snapshot");
    }
}
