package io.meridian.inventory.http;

import static org.springframework.core.NestedExceptionUtils.getMostSpecificCause;

import io.meridian.deadline.DeadlineScope;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.model.Sku;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/inventory/{sku}} and {@code GET /api/inventory?limit=&after=}. */
@RestController
@RequestMapping("/api/inventory")
class InventoryController {

    private static final Logger log = LoggerFactory.getLogger(InventoryController.class);

    /** As much of a wrong value as helps whoever sent it. */
    private static final int SHOWN = 40;

    private final ViewCatalogue catalogue;

    InventoryController(ViewCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    @GetMapping("/{sku}")
    ProductBody read(@PathVariable String sku) {
        var wanted = sku("sku", sku);
        return fromTheStore(() -> catalogue.product(wanted))
                .map(ProductBody::of)
                .orElseThrow(() -> ProblemException.of(Problem.NOT_FOUND, "There is no product " + wanted));
    }

    @GetMapping
    PageBody list(
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String after) {
        var start = after == null ? null : sku("after", after);
        var size = limit(limit);
        return PageBody.of(fromTheStore(() -> catalogue.page(start, size)));
    }

    /** A database that does not answer is no fault of this service, and asking again may help. */
    private static <T> T fromTheStore(Supplier<T> question) {
        try {
            return question.get();
        } catch (DataAccessResourceFailureException | TransientDataAccessException | RecoverableDataAccessException away) {
            DeadlineScope.current().ifPresent(scope -> scope.check("asking for the stock"));
            log.warn("a request was refused because the database does not answer: {}", getMostSpecificCause(away).toString());
            throw ProblemException.of(Problem.DEPENDENCY_UNAVAILABLE, "The stock cannot be reached just now")
                    .header("Retry-After", "1");
        }
    }

    private static Sku sku(String name, String text) {
        if (!Sku.isWellFormed(text)) {
            throw malformed(name, Sku.SHAPE, text);
        }
        return new Sku(text);
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return ViewCatalogue.DEFAULT_LIMIT;
        }
        if (text.matches("[0-9]{1,3}")) {
            var limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= ViewCatalogue.MAX_LIMIT) {
                return limit;
            }
        }
        throw malformed("limit", "a number from 1 to " + ViewCatalogue.MAX_LIMIT, text);
    }

    private static ProblemException malformed(String name, String expected, String found) {
        var shown = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "…";
        return ProblemException.of(
                Problem.MALFORMED, "%s: expected %s, found \"%s\"".formatted(name, expected, shown));
    }
}
