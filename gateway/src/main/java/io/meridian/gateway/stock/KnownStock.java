package io.meridian.gateway.stock;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers questions about products as inventory would, from what is known here. It has no answer to what is not known: nothing complete,
 * too old, a product that is not in the catalogue, a question that inventory would refuse.
 */
public final class KnownStock {

    private static final String PATH = "/api/inventory";
    private static final Pattern SKU = Pattern.compile("SKU-[0-9]{4}");
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]?|100");
    private static final int USUAL_LIMIT = 20;

    private final Follower<String, Product> follower;
    private final Duration oldest;
    private final JsonMapper json = JsonMapper.shared();
    private volatile @Nullable Sorted sorted;

    /** @param oldest how old what is known may be to be told */
    public KnownStock(Follower<String, Product> follower, Duration oldest) {
        this.follower = follower;
        this.oldest = oldest;
    }

    /** @param age how old at most it is */
    public record Answer(byte[] body, Duration age) {}

    /** The answer to this request, if there is one. */
    public Optional<Answer> to(ServerHttpRequest request) {
        // The age first: what is read after it is as new or newer.
        var age = follower.age().filter(it -> it.compareTo(oldest) <= 0);
        if (age.isEmpty()) {
            return Optional.empty();
        }
        return body(request, follower.store().current())
                .map(body -> new Answer(json.writeValueAsBytes(body), age.get()));
    }

    private Optional<Object> body(ServerHttpRequest request, Snapshot<String, Product> view) {
        var path = request.getURI().getRawPath();
        if (path.equals(PATH)) {
            return page(request, view).map(Function.identity());
        }
        return path.startsWith(PATH + "/")
                ? Optional.ofNullable(view.get(path.substring(PATH.length() + 1))).map(ProductBody::of)
                : Optional.empty();
    }

    private Optional<PageBody> page(ServerHttpRequest request, Snapshot<String, Product> view) {
        var query = request.getQueryParams();
        var limit = query.getFirst("limit");
        var after = query.getFirst("after");
        if (limit != null && !LIMIT.matcher(limit).matches() || after != null && !SKU.matcher(after).matches()) {
            return Optional.empty();
        }
        var wanted = limit == null ? USUAL_LIMIT : Integer.parseInt(limit);
        var all = inOrder(view);
        var from = after == null ? 0 : firstAfter(after, all);
        var items = all.subList(from, Math.min(all.size(), from + wanted));
        return Optional.of(new PageBody(
                items.stream().map(ProductBody::of).toList(),
                from + wanted < all.size() ? items.getLast().sku() : null));
    }

    private static int firstAfter(String sku, List<Product> all) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).sku().compareTo(sku) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Sorted once for each version that is asked for; while inventory is away there are no new ones. */
    private List<Product> inOrder(Snapshot<String, Product> view) {
        var known = sorted;
        if (known == null || known.of != view) {
            known = new Sorted(view, view.inOrderOf(Function.identity()));
            sorted = known;
        }
        return known.products;
    }

    private record Sorted(Snapshot<String, Product> of, List<Product> products) {}

    /** As inventory says it. */
    private record ProductBody(
            String sku, String name, MoneyBody unitPrice, long onHand, long held, long sold, long available) {

        static ProductBody of(Product product) {
            return new ProductBody(
                    product.sku(),
                    product.name(),
                    new MoneyBody(product.unitPrice(), product.currency()),
                    product.onHand(),
                    product.held(),
                    product.sold(),
                    product.onHand());
        }
    }

    private record MoneyBody(long amount, String currency) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record PageBody(List<ProductBody> items, @Nullable String next) {}
}
