package io.meridian.inventory.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.WholeService;
import io.meridian.inventory.model.Line;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryOverHttpIT extends WholeService {

    private static final Pattern SKU = Pattern.compile("\"sku\":\"(SKU-[0-9]{4})\"");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"(SKU-[0-9]{4})\"");

    @Test
    void aProductIsShownAsTheContractHasIt() {
        var answer = get("/api/inventory/SKU-0001");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("x-served-by")).contains("inventory-service;v1;stable");
        assertThat(answer.body())
                .isEqualTo(
                        """
                        {"sku":"SKU-0001","name":"Oak Lamp, Mini","unitPrice":{"amount":1999,"currency":"EUR"},\
                        "onHand":1000000,"held":0,"sold":0,"available":1000000}""");
    }

    @Test
    void whatIsHeldIsNotAvailable() {
        var sku = stock("SKU-0101", 10);
        hold(newOrder(), new Line(sku, 4));

        assertThat(get("/api/inventory/SKU-0101").body()).contains("\"onHand\":6,\"held\":4,\"sold\":0,\"available\":6");
    }

    @Test
    void theFirstPageHasTwentyProducts() {
        var page = get("/api/inventory");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(SKU.matcher(page.body()).results()).hasSize(20);
        assertThat(page.body()).startsWith("{\"items\":[{\"sku\":\"SKU-0001\"").endsWith("],\"next\":\"SKU-0020\"}");
    }

    @Test
    void allPagesTogetherAreTheCatalogue() {
        var seen = new ArrayList<String>();
        var path = "/api/inventory?limit=100";
        for (var pages = 0; !path.isEmpty(); pages++) {
            assertThat(pages).isLessThan(10);
            var body = get(path).body();
            SKU.matcher(body).results().map(it -> it.group(1)).forEach(seen::add);
            path = NEXT.matcher(body)
                    .results()
                    .map(it -> "/api/inventory?limit=100&after=" + it.group(1))
                    .findFirst()
                    .orElse("");
        }

        assertThat(seen).hasSize(1_000).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void theLastPageNamesNoNext() {
        assertThat(get("/api/inventory?after=SKU-0999").body()).endsWith("]}");
        assertThat(get("/api/inventory?after=SKU-9999").body()).isEqualTo("{\"items\":[]}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/inventory/SKU-9999,                  404, not-found, There is no product SKU-9999",
        "GET,    /api/inventory/SKU-1,                     400, malformed, 'sku: expected SKU- and four digits'",
        "GET,    /api/inventory/sku-0001,                  400, malformed, 'sku: expected SKU- and four digits'",
        "GET,    /api/inventory/%27%20OR%201%3D1%20--,     400, malformed, 'sku: expected SKU- and four digits'",
        "GET,    /api/inventory/SKU-0001%0d%0aX:%20y,      400, malformed, ",
        "GET,    /api/inventory?limit=0,                   400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=101,                 400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=-1,                  400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=1.0,                 400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=,                    400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=ten,                 400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=99999999999999,      400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?limit=1&limit=2,           400, malformed, 'limit: expected a number from 1 to 100'",
        "GET,    /api/inventory?after=,                    400, malformed, 'after: expected SKU- and four digits'",
        "GET,    /api/inventory?after=%27;DROP%20TABLE,    400, malformed, 'after: expected SKU- and four digits'",
        "GET,    /api/inventory?after=%ff%fe,              400, malformed, ",
        "GET,    /api/nothing,                             404, not-found, ",
        "POST,   /api/inventory,                           405, method-not-allowed, ",
        "DELETE, /api/inventory/SKU-0001,                  405, method-not-allowed, "
    })
    void whatCannotBeAnsweredIsRefusedInWords(String method, String path, int status, String problem, String detail) {
        var answer = send(HttpRequest.newBuilder().method(method, BodyPublishers.noBody()), path);

        isRefused(answer, status, problem);
        if (detail != null) {
            assertThat(answer.body()).contains(detail);
        }
    }

    @Test
    void aFormThatWeDoNotSpeakIsRefused() {
        isRefused(
                send(HttpRequest.newBuilder().header("Accept", "application/xml"), "/api/inventory/SKU-0001"),
                406,
                "not-acceptable");
    }

    @Test
    void onlyTheBeginningOfAWrongValueIsSaidBack() {
        assertThat(get("/api/inventory/" + "x".repeat(2_000)).body())
                .contains("x".repeat(40) + "…")
                .doesNotContain("found \"" + "x".repeat(41));
    }

    private static void isRefused(HttpResponse<String> answer, int status, String problem) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body())
                .contains("\"type\":\"/problems/" + problem + "\"", "\"status\":" + status)
                .doesNotContain("Exception", "io.meridian", "org.springframework");
    }
}
