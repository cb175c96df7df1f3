package io.meridian.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** What can be seen of the service from its management port. */
class MeasuredIT extends WholeService {

    @Test
    void itIsAliveAndReady() {
        assertThat(manage("/livez").statusCode()).isEqualTo(200);
        assertThat(manage("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void whatTheCacheIsWorthCanBeRead() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            get("/api/inventory/SKU-0003");
            assertThat(manage("/actuator/prometheus").body())
                    .containsPattern("meridian_cache_reads_total\\{[^}]*cache=\"products\"[^}]*result=\"hit\"[^}]*} [1-9]")
                    .containsPattern("meridian_cache_reads_total\\{[^}]*result=\"miss\"")
                    .containsPattern("meridian_cache_reads_total\\{[^}]*result=\"unreachable\"");
        });
    }
}
