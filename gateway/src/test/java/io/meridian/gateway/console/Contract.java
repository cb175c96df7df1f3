package io.meridian.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the description of the API promises, to hold an answer against. */
public final class Contract {

    private static final String HERE = "https://meridian.example/openapi.json";

    private final String text = new String(new ApiDocument().json(), StandardCharsets.UTF_8);
    private final JsonNode tree = JsonMapper.shared().readTree(text);
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(Map.of(HERE, text)));

    public String text() {
        return text;
    }

    public JsonNode tree() {
        return tree;
    }

    /** Fails unless an operation may answer so. */
    public void assertAllows(String method, String path, int status, @Nullable String mediaType, String body) {
        var responses = "/paths/" + escaped(path) + "/" + method + "/responses";
        assertThat(tree.at(responses).propertyNames()).as("statuses of %s %s", method, path).contains("" + status);
        var response = resolved(responses + "/" + status);
        var type = mediaType == null ? "" : mediaType.replaceFirst(";.*", "");
        assertThat(tree.at(response + "/content").propertyNames())
                .as("media types of %s %s %d", method, path, status)
                .contains(type);
        if (type.endsWith("json")) {
            assertValid(response + "/content/" + escaped(type) + "/schema", body);
        }
    }

    /** Fails unless {@code json} is what the schema at a place of the description allows. */
    public void assertValid(String schemaPointer, String json) {
        assertThat(schemas.getSchema(SchemaLocation.of(HERE + "#" + schemaPointer)).validate(json, InputFormat.JSON))
                .as("%s against %s", json, schemaPointer)
                .isEmpty();
    }

    public boolean isValid(String schemaPointer, String json) {
        return schemas.getSchema(SchemaLocation.of(HERE + "#" + schemaPointer))
                .validate(json, InputFormat.JSON)
                .isEmpty();
    }

    /** The place itself or, if it only refers to one, the place it refers to. */
    public String resolved(String pointer) {
        var reference = tree.at(JsonPointer.compile(pointer)).path("$ref");
        return reference.isMissingNode() ? pointer : reference.asString().substring(1);
    }

    public static String escaped(String token) {
        return token.replace("~", "~0").replace("/", "~1");
    }
}
