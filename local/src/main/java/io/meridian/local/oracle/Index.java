package io.meridian.local.oracle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ways to find things again. */
final class Index {

    private Index() {}

    /** Each by its key, of which it is the only one. */
    static <K, T> Map<K, T> by(Collection<T> all, Function<T, K> key) {
        var index = HashMap.<K, T>newHashMap(all.size());
        all.forEach(it -> index.put(key.apply(it), it));
        return index;
    }

    /** All by their key, in their order; those without a key are left out. */
    static <K, T> Map<K, List<T>> grouped(Collection<T> all, Function<T, @Nullable K> key) {
        var index = new LinkedHashMap<K, List<T>>();
        for (var it : all) {
            var group = key.apply(it);
            if (group != null) {
                index.computeIfAbsent(group, _ -> new ArrayList<>(2)).add(it);
            }
        }
        return index;
    }
}
