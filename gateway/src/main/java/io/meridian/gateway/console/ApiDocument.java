package io.meridian.gateway.console;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.function.SingletonSupplier;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI 3.1 description of everything public, written by hand as YAML; read when it is first asked for. */
public final class ApiDocument {

    private final Supplier<byte[]> yaml = SingletonSupplier.of(ApiDocument::read);
    private final Supplier<byte[]> json = SingletonSupplier.of(() -> asJson(yaml()));

    /** As it was written. */
    public byte[] yaml() {
        return yaml.get();
    }

    /** The same as JSON. */
    public byte[] json() {
        return json.get();
    }

    private static byte[] read() {
        try {
            return new ClassPathResource("console/openapi.yaml").getContentAsByteArray();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static byte[] asJson(byte[] yaml) {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(new ByteArrayInputStream(yaml));
        return JsonMapper.shared().writeValueAsBytes(document);
    }
}
