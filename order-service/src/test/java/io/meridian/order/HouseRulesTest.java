package io.meridian.order;

import io.meridian.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void whoMayImportWhomIsKept() {
        HouseRules.check("io.meridian.order");
    }
}
