package io.meridian.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderJsonTest {

    @Test
    void whatIsWrittenIsRead() {
        var headers = Map.of("traceparent", "00-4bf9-00f0-01", "x", "ü \"quoted\" \\ \n\t\u0007 \uD83D\uDE00", "empty", "");

        assertThat(HeaderJson.read(HeaderJson.write(headers))).isEqualTo(headers);
        assertThat(HeaderJson.read(HeaderJson.write(Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{\"a\":1}", "{\"a\":{\"b\":\"c\"}}", "{\"a\":\"b\"", "{a:\"b\"}"})
    void anythingButAFlatObjectOfStringsIsRefused(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeaderJson.read(json))
                .withMessageContaining("a JSON object of strings");
    }
}
