package io.meridian.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardedMapTest {

    @Test
    void holdsWhatAHashMapHoldsAfterAnyRowOfChanges() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var expected = new HashMap<String, Integer>();
            ShardedMap<String, Integer> map = ShardedMap.of(Map.of());
            for (int step = 0; step < 300; step++) {
                var change = map.change();
                for (int i = random.nextInt(10); i >= 0; i--) {
                    var key = "SKU-" + random.nextInt(seed < 10 ? 50 : 2_000);
                    if (random.nextInt(4) == 0) {
                        change.remove(key);
                        expected.remove(key);
                    } else {
                        change.put(key, step);
                        expected.put(key, step);
                    }
                }
                map = change.done();
            }

            var found = new HashMap<String, Integer>();
            map.forEach(found::put);
            assertThat(found).isEqualTo(expected);
            assertThat(map.size()).isEqualTo(expected.size());
            for (int key = 0; key < 2_000; key++) {
                assertThat(map.get("SKU-" + key)).isEqualTo(expected.get("SKU-" + key));
            }
        }
    }

    @Test
    void keysWithTheSameHashAreToldApart() {
        record Same(int id) {
            @Override
            public int hashCode() {
                return 7;
            }
        }
        var entries = new HashMap<Same, Integer>();
        for (int i = 0; i < 100; i++) {
            entries.put(new Same(i), i);
        }

        var map = ShardedMap.of(entries).change();
        map.remove(new Same(13));
        var without = map.done();

        assertThat(without.get(new Same(13))).isNull();
        assertThat(without.get(new Same(14))).isEqualTo(14);
        assertThat(without.get(new Same(99))).isEqualTo(99);
        assertThat(without.size()).isEqualTo(99);
    }

    @Test
    void changeOfOneKeySharesAllButOneTableAndLeavesTheOldMapAsItWas() {
        var entries = new HashMap<Integer, Integer>();
        for (int i = 0; i < 100_000; i++) {
            entries.put(i, i);
        }
        var before = ShardedMap.of(entries);

        var change = before.change();
        change.put(4711, -1);
        var after = change.done();

        assertThat(before.get(4711)).isEqualTo(4711);
        assertThat(after.get(4711)).isEqualTo(-1);
        assertThat(after.shared(before)).isEqualTo(511);
    }
}
