package io.meridian.inventory.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.inventory.catalogue.ViewCatalogue.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of products as JSON.
 *
 * @param next what to send as {@code after} for the next page; absent on the last one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PageBody(List<ProductBody> items, @Nullable String next) {

    static PageBody of(Page page) {
        return new PageBody(
                page.products().stream().map(ProductBody::of).toList(),
                page.next() == null ? null : page.next().value());
    }
}
