package io.meridian.outbox.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import java.io.StringWriter;

/** Headers as the {@code headers} column holds them: a flat JSON object of strings. */
public final class HeaderJson {

    private static final JsonFactory JSON = new JsonFactory();

    private HeaderJson() {}

    /** The headers as JSON text. */
    public static String write(Map<String, String> headers) {
        var text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartObject();
            headers.forEach(generator::writeStringProperty);
            generator.writeEndObject();
        }
        return text.toString();
    }

    /**
     * The headers in JSON text as {@link #write} or PostgreSQL's {@code jsonb} gives it.
     *
     * @throws IllegalArgumentException if it is anything but a flat object of strings
     */
    public static Map<String, String> read(String json) {
        var headers = new LinkedHashMap<String, String>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, json);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                expect(parser.nextToken(), JsonToken.VALUE_STRING, json);
                headers.put(name, parser.getString());
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, json);
            return headers;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("headers must be a JSON object of strings, was " + json, e);
        }
    }

    private static void expect(JsonToken found, JsonToken expected, String json) {
        if (found != expected) {
            throw new IllegalArgumentException("headers must be a JSON object of strings, was " + json);
        }
    }
}
