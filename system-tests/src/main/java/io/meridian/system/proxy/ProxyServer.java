package io.meridian.system.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The proxies of a platform and the HTTP API by which they are made and poisoned. Paths, documents and statuses are those of Toxiproxy 2.5,
 * whose server can stand in this one's place (and does so in {@code ToxiproxyContractTest}); {@code PATCH} is understood where newer ones
 * want it instead of {@code POST}.
 */
public final class ProxyServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String VERSION = "2.5.0";

    private final Map<String, FaultProxy> proxies = new ConcurrentSkipListMap<>();
    private final HttpServer http;

    private ProxyServer(HttpServer http) {
        this.http = http;
    }

    /**
     * A server without proxies.
     *
     * @param port on 127.0.0.1; 0 for any that is free
     */
    public static ProxyServer at(int port) throws IOException {
        var server = new ProxyServer(
                HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0));
        server.http.createContext("/", server::serve);
        server.http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.http.start();
        return server;
    }

    /** The root of the API. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Ends the API and all proxies with their connections. */
    @Override
    public void close() {
        http.stop(0);
        proxies.values().forEach(FaultProxy::close);
    }

    private record Answer(int status, Object body) {

        static final Answer DONE = new Answer(204, "");
    }

    /** What Toxiproxy answers with {@code {"error": ..., "status": ...}}. */
    private static final class Refused extends Exception {

        private static final long serialVersionUID = 1;
        private final int status;
        private final String words;

        Refused(int status, String words) {
            super(words);
            this.status = status;
            this.words = words;
        }

        Answer answer() {
            return new Answer(status, Map.of("error", words, "status", status));
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), body);
            if (answer.status() == 204) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            var isText = answer.body() instanceof String;
            var bytes = isText ? answer.body().toString().getBytes(UTF_8) : JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", isText ? "text/plain;charset=utf-8" : "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer answer(String method, String path, byte[] body) {
        try {
            var words = new ArrayList<String>();
            for (var word : path.split("/")) {
                if (!word.isEmpty()) {
                    words.add(URLDecoder.decode(word, UTF_8));
                }
            }
            var verb = method.equals("PATCH") ? "POST" : method;
            return switch (words.size()) {
                case 1 -> root(verb, words.getFirst(), body);
                case 2 -> ofProxy(verb, words, body);
                case 3 -> ofToxics(verb, words, body);
                case 4 -> ofToxic(verb, words, body);
                default -> throw notFound();
            };
        } catch (Refused refused) {
            return refused.answer();
        } catch (JacksonException unreadable) {
            return new Refused(400, "bad request body: " + unreadable.getOriginalMessage()).answer();
        } catch (IllegalArgumentException nonsense) {
            return new Refused(400, String.valueOf(nonsense.getMessage())).answer();
        } catch (IOException failed) {
            return new Refused(500, String.valueOf(failed.getMessage())).answer();
        }
    }

    private Answer root(String verb, String word, byte[] body) throws Refused, IOException {
        return switch (verb + " " + word) {
            case "GET version" -> new Answer(200, VERSION);
            case "GET proxies" -> {
                var all = new TreeMap<String, Object>();
                proxies.values().forEach(it -> all.put(it.name(), document(it)));
                yield new Answer(200, all);
            }
            case "POST proxies" -> new Answer(201, document(create(JSON.readTree(body))));
            case "POST populate" -> populate(JSON.readTree(body));
            case "POST reset" -> {
                for (var proxy : proxies.values()) {
                    proxy.enable();
                    proxy.removeAll();
                }
                yield Answer.DONE;
            }
            default -> throw notFound();
        };
    }

    private FaultProxy create(JsonNode asked) throws Refused, IOException {
        var name = required(asked, "name");
        var proxy = new FaultProxy(name, asked.path("listen").asString(""), required(asked, "upstream"));
        if (proxies.containsKey(name)) {
            throw new Refused(409, "proxy already exists");
        }
        if (asked.path("enabled").asBoolean(true)) {
            proxy.enable();
        }
        if (proxies.putIfAbsent(name, proxy) != null) {
            proxy.close();
            throw new Refused(409, "proxy already exists");
        }
        return proxy;
    }

    /** Makes each proxy; one that exists with other addresses is made anew. */
    private Answer populate(JsonNode asked) throws Refused, IOException {
        var made = new ArrayList<Object>();
        for (var each : asked) {
            var existing = proxies.get(required(each, "name"));
            if (existing != null) {
                proxies.remove(existing.name());
                existing.close();
            }
            made.add(document(create(each)));
        }
        return new Answer(201, Map.of("proxies", made));
    }

    private Answer ofProxy(String verb, List<String> words, byte[] body) throws Refused, IOException {
        var proxy = proxy(words);
        switch (verb) {
            case "GET" -> {}
            case "POST" -> update(proxy, JSON.readTree(body));
            case "DELETE" -> {
                proxies.remove(proxy.name());
                proxy.close();
                return Answer.DONE;
            }
            default -> throw notFound();
        }
        return new Answer(200, document(proxy));
    }

    private static void update(FaultProxy proxy, JsonNode asked) throws IOException {
        var listen = asked.path("listen").asString(proxy.listen());
        var upstream = asked.path("upstream").asString(proxy.upstream());
        if (!listen.equals(proxy.listen()) || !upstream.equals(proxy.upstream())) {
            proxy.move(listen, upstream);
        }
        if (asked.path("enabled").asBoolean(proxy.isEnabled())) {
            proxy.enable();
        } else {
            proxy.disable();
        }
    }

    private Answer ofToxics(String verb, List<String> words, byte[] body) throws Refused {
        var proxy = proxy(words);
        return switch (verb + " " + words.get(2)) {
            case "GET toxics" ->
                new Answer(200, proxy.doses().stream().map(ProxyServer::document).toList());
            case "POST toxics" -> {
                var dose = dose(JSON.readTree(body));
                if (!proxy.add(dose)) {
                    throw new Refused(409, "toxic already exists");
                }
                yield new Answer(200, document(dose));
            }
            default -> throw notFound();
        };
    }

    private Answer ofToxic(String verb, List<String> words, byte[] body) throws Refused {
        var proxy = proxy(words);
        var dose = proxy.dose(words.get(3)).orElseThrow(() -> new Refused(404, "toxic not found"));
        switch (verb) {
            case "GET" -> {
                return new Answer(200, document(dose));
            }
            case "POST" -> {
                var asked = JSON.readTree(body);
                var attributes = new TreeMap<>(dose.toxic().attributes());
                attributes.putAll(attributes(asked));
                var changed = new Dose(
                        dose.name(),
                        dose.stream(),
                        asked.path("toxicity").asDouble(dose.toxicity()),
                        Toxic.of(dose.toxic().type(), attributes));
                proxy.replace(changed);
                return new Answer(200, document(changed));
            }
            case "DELETE" -> {
                proxy.remove(dose.name());
                return Answer.DONE;
            }
            default -> throw notFound();
        }
    }

    private static Dose dose(JsonNode asked) {
        var stream = Dose.Stream.of(asked.path("stream").asString("downstream"));
        var toxic = Toxic.of(asked.path("type").asString(""), attributes(asked));
        var name = asked.path("name").asString("");
        return new Dose(
                name.isEmpty() ? toxic.type() + "_" + stream.word() : name,
                stream,
                asked.path("toxicity").asDouble(1),
                toxic);
    }

    private static Map<String, Long> attributes(JsonNode asked) {
        var attributes = new TreeMap<String, Long>();
        asked.path("attributes").properties().forEach(it -> attributes.put(it.getKey(), it.getValue().asLong(0)));
        return attributes;
    }

    private FaultProxy proxy(List<String> words) throws Refused {
        if (!words.getFirst().equals("proxies")) {
            throw notFound();
        }
        var proxy = proxies.get(words.get(1));
        if (proxy == null) {
            throw new Refused(404, "proxy not found");
        }
        return proxy;
    }

    private static Refused notFound() {
        return new Refused(404, "page not found");
    }

    private static String required(JsonNode asked, String field) throws Refused {
        var value = asked.path(field).asString("");
        if (value.isEmpty()) {
            throw new Refused(400, "missing required field: " + field);
        }
        return value;
    }

    private static Map<String, Object> document(FaultProxy proxy) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", proxy.name());
        document.put("listen", proxy.listen());
        document.put("upstream", proxy.upstream());
        document.put("enabled", proxy.isEnabled());
        document.put("toxics", proxy.doses().stream().map(ProxyServer::document).toList());
        return document;
    }

    private static Map<String, Object> document(Dose dose) {
        var document = new LinkedHashMap<String, Object>();
        document.put("attributes", new TreeMap<>(dose.toxic().attributes()));
        document.put("name", dose.name());
        document.put("type", dose.toxic().type());
        document.put("stream", dose.stream().word());
        document.put("toxicity", dose.toxicity());
        return document;
    }
}
