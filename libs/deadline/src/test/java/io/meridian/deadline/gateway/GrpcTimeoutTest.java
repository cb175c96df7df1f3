package io.meridian.deadline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.TimeoutHeader;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTimeoutTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0u",
        "PT-1S, 0u",
        "PT0.000000999S, 0u",
        "PT0.0000019S, 1u",
        "PT1.5S, 1500000u",
        "PT99.999999S, 99999999u",
        "PT100S, 100000m",
        "PT27H46M39.999S, 99999999m",
        "PT27H46M40S, 100000S",
        "P36500D, 99999999S"
    })
    void timeoutForGrpcIsCutOffToEightDigits(Duration left, String written) {
        assertThat(GrpcTimeout.write(left)).isEqualTo(written);
        assertThat(TimeoutHeader.timeout(TimeoutHeader.readGrpc(written)))
                .hasValueSatisfying(read -> assertThat(read)
                        .isLessThanOrEqualTo(left.isNegative() ? Duration.ZERO : left));
    }
}
