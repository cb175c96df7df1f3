package io.meridian.inventory;

import io.meridian.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void everyPackageImportsOnlyWhatItMay() {
        HouseRules.check("io.meridian.inventory");
    }
}
