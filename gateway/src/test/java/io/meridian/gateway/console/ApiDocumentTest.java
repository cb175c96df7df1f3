package io.meridian.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.edges.Problem;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ApiDocumentTest {

    private static final Contract contract = new Contract();

    @Test
    void parserOfOpenApiFindsNothingToSay() {
        var parsed = new OpenAPIV3Parser().readContents(contract.text(), null, new ParseOptions());

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
        assertThat(parsed.getOpenAPI().getPaths()).hasSize(7);
    }

    @Test
    void parserOfOpenApiFindsWhatIsWrong() {
        var broken = contract.text().replaceFirst("\"responses\":", "\"answers\":");

        assertThat(new OpenAPIV3Parser().readContents(broken, null, new ParseOptions()).getMessages())
                .isNotEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        var references = contract.tree().findValues("$ref");

        assertThat(references).hasSizeGreaterThan(100).allSatisfy(reference -> {
            assertThat(reference.asString()).startsWith("#/");
            assertThat(contract.tree().at(reference.asString().substring(1)).isMissingNode())
                    .as(reference.asString())
                    .isFalse();
        });
    }

    @Test
    void everyOperationHasAnIdAndSaysHowItRefuses() {
        var operations = operations();

        assertThat(operations).hasSize(8);
        assertThat(operations.stream().map(it -> it.path("operationId").asString()))
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(operations).allSatisfy(it -> assertThat(it.path("responses").propertyNames())
                .contains("400", "405", "429", "500", "503", "504"));
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void everyProblemIsDescribedWithItsStatus(Problem problem) {
        var places = operations().stream()
                .flatMap(it -> it.path("responses").propertyStream())
                .filter(response -> response.getKey().equals("" + problem.status()))
                .map(response -> response.getValue().has("$ref")
                        ? contract.tree().at(response.getValue().path("$ref").asString().substring(1))
                        : response.getValue())
                .filter(response -> response.toString().contains("\"" + problem.type() + "\""));

        assertThat(places).as(problem.type()).isNotEmpty();
        assertThat(contract.tree().at("/components/schemas/Problem/description").asString())
                .contains("`" + problem.type().substring("/problems/".length()) + "`");
    }

    @Test
    void everyExampleIsWhatItsSchemaAllows() {
        var checked = new ArrayList<String>();
        for (var path : contract.tree().path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                var at = "/paths/" + Contract.escaped(path.getKey()) + "/" + operation.getKey();
                Stream.concat(
                                Stream.of(at + "/requestBody"),
                                operation.getValue().path("responses").propertyNames().stream()
                                        .map(status -> contract.resolved(at + "/responses/" + status)))
                        .forEach(place -> checkExamples(place + "/content", checked));
            }
        }

        assertThat(checked).hasSizeGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'customerId':'c-1','items':[{'sku':'SKU-0001','quantity':2}],'payment':{'token':'tok_ok'},'note':'x'}",
                "{'customerId':'c 1','items':[{'sku':'SKU-0001','quantity':2}],'payment':{'token':'tok_ok'}}",
                "{'customerId':'c-1','items':[],'payment':{'token':'tok_ok'}}",
                "{'customerId':'c-1','items':[{'sku':'SKU-1','quantity':2}],'payment':{'token':'tok_ok'}}",
                "{'customerId':'c-1','items':[{'sku':'SKU-0001','quantity':0}],'payment':{'token':'tok_ok'}}",
                "{'customerId':'c-1','items':[{'sku':'SKU-0001','quantity':10001}],'payment':{'token':'tok_ok'}}",
                "{'customerId':'c-1','items':[{'sku':'SKU-0001','quantity':'2'}],'payment':{'token':'tok_ok'}}",
                "{'customerId':'c-1','items':[{'sku':'SKU-0001','quantity':2}],'payment':{}}",
                "{'customerId':'c-1','items':[{'sku':'SKU-0001','quantity':2}]}"
            })
    void orderThatWouldBeRefusedIsNotDescribedAsValid(String body) {
        assertThat(contract.isValid("/components/schemas/PlaceOrder", body.replace('\'', '"')))
                .isFalse();
    }

    private static void checkExamples(String content, List<String> checked) {
        for (var type : contract.tree().at(content).properties()) {
            if (!type.getKey().endsWith("json")) {
                continue;
            }
            var place = content + "/" + Contract.escaped(type.getKey());
            for (var name : type.getValue().path("examples").propertyNames()) {
                var value = contract.tree().at(contract.resolved(place + "/examples/" + name) + "/value");
                contract.assertValid(place + "/schema", value.toString());
                checked.add(place + " " + name);
            }
        }
    }

    private static List<JsonNode> operations() {
        return contract.tree().path("paths").propertyStream()
                .flatMap(path -> path.getValue().propertyStream())
                .filter(entry -> List.of("get", "post").contains(entry.getKey()))
                .map(java.util.Map.Entry::getValue)
                .collect(Collectors.toList());
    }
}
