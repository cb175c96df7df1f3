package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.gateway.console.Contract;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

class ConsoleIT extends GatewayFixture {

    private static final Contract contract = new Contract();
    private static final String ID = "01939b3e-7c1a-7000-8a2b-3f4d5e6a7b8c";

    @Test
    void firstPageLeadsToTheOthers() {
        var page = get("/");

        assertThat(header(page, "content-type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.body()).contains("href=\"/docs\"", "href=\"/health\"", "href=\"/api/inventory");
        links(page).filter(it -> !it.startsWith("/api/")).forEach(link -> assertThat(get(link).statusCode())
                .as(link)
                .isEqualTo(200));
    }

    @Test
    void documentationNeedsNothingFromElsewhere() {
        var page = get("/docs");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-security-policy")).contains("default-src 'none'", "script-src 'self'");
        assertThat(links(page).filter(it -> it.startsWith("/docs/")).toList())
                .hasSize(4)
                .allSatisfy(it -> assertThat(get(it).statusCode()).as(it).isEqualTo(200));
        assertThat(links(page)).allMatch(it -> it.startsWith("/"));
        assertThat(get("/docs/ui/swagger-ui-bundle.js").body()).contains("SwaggerUIBundle");
        assertThat(get("/docs/start.js").body()).contains("SwaggerUIBundle(", "'/openapi.json'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/docs", "/openapi.yaml", "/openapi.json", "/health", "/docs/ui/swagger-ui.css"})
    void headOfAPageIsItsHead(String path) {
        var answer = send("HEAD", path, BodyPublishers.noBody());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs/ui/nothing.js", "/docs/nothing", "/webjars/swagger-ui/index.html", "/application.yml", "/console/openapi.yaml"})
    void nothingElseOfTheProgramIsShown(String path) {
        assertProblem(get(path), 404, "not-found");
    }

    @Test
    void bothFormsOfTheDescriptionSayTheSame() {
        var yaml = get("/openapi.yaml");
        var json = get("/openapi.json");

        assertThat(header(yaml, "content-type")).isEqualTo("application/yaml");
        assertThat(header(json, "content-type")).isEqualTo("application/json");
        Object fromYaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml.body());
        assertThat(JsonMapper.shared().<Object>readValue(json.body(), Object.class)).isEqualTo(fromYaml);
    }

    @Test
    void gatewayIsHealthyByItself() {
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"UP\"}");
    }

    static Stream<Arguments> operations() {
        return contract.tree().path("paths").propertyStream().flatMap(path -> path.getValue()
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(List.of("get", "post")::contains)
                .map(method -> Arguments.of(method, path.getKey())));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyDescribedOperationReachesAService(String method, String path) {
        var answer = call(method, path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"fake\":true}");
        assertThat(Stream.of(orders, inventory, payments).flatMap(it -> it.asked.stream()))
                .singleElement()
                .satisfies(asked -> assertThat(asked.uri()).isEqualTo(concrete(path)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatTheGatewayRefusesItselfIsAsDescribed(String method, String path) {
        Stream.of(orders, inventory, payments).forEach(FakeService::stop);
        assertDescribed(method, path, 503, call(method, path));
        Stream.of(orders, inventory, payments).forEach(FakeService::start);
        Stream.of(orders, inventory, payments).forEach(it -> it.answers((_, _, _) -> Mono.never()));
        if (!path.endsWith("/events")) { // which may take its time
            assertDescribed(method, path, 504, call(method, path));
        }
        assertDescribed(method, path, 405, send("DELETE", concrete(path), BodyPublishers.noBody()));
        if (method.equals("post")) {
            assertDescribed(method, path, 413, send("POST", concrete(path), BodyPublishers.ofByteArray(new byte[70_000])));
        }
    }

    @Test
    void answersThatServicesGiveAreAsDescribed() {
        var order = contract.tree().at("/components/examples/ConfirmedOrder/value").toString();
        orders.answers((_, response, _) -> response.status(201)
                .header("content-type", "application/json")
                .sendString(Mono.just(order)));

        var answer = call("post", "/api/orders");

        assertDescribed("post", "/api/orders", 201, answer);
        contract.assertAllows("get", "/api/orders/{orderId}", 200, header(answer, "content-type"), answer.body());
    }

    private HttpResponse<String> call(String method, String path) {
        return method.equals("post") ? post(concrete(path), "{}", "content-type", "application/json") : get(concrete(path));
    }

    private static void assertDescribed(String method, String path, int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        contract.assertAllows(method, path, status, header(answer, "content-type"), answer.body());
        var described = contract.tree().at(contract.resolved(
                "/paths/" + Contract.escaped(path) + "/" + method + "/responses/" + status) + "/headers");
        assertThat(described.propertyNames()).contains("x-trace-id");
        described.propertyNames().stream()
                .filter(name -> List.of("Retry-After", "Allow", "x-deadline-expired").contains(name))
                .forEach(name -> assertThat(header(answer, name)).as(name).isNotEmpty());
    }

    private static String concrete(String path) {
        return path.replace("{orderId}", ID).replace("{sku}", "SKU-0001");
    }

    private static Stream<String> links(HttpResponse<String> page) {
        var html = new String(page.body().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return Pattern.compile("(?:href|src)=\"([^\"]+)\"")
                .matcher(html)
                .results()
                .map(found -> found.group(1))
                .filter(it -> !it.startsWith("data:"));
    }
}
