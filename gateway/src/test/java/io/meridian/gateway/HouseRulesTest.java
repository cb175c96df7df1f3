package io.meridian.gateway;

import io.meridian.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void gatewayKeepsToTheRulesOfTheHouse() {
        HouseRules.check("io.meridian.gateway");
    }
}
