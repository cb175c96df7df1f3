package io.meridian.system.proxy;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Our own proxy keeps the contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyServerTest extends ProxyContract {

    private final ProxyServer server;
    private final ProxyClient client;

    ProxyServerTest() throws IOException {
        this.server = ProxyServer.at(0);
        this.client = new ProxyClient(server.uri());
    }

    @BeforeAll
    void begin() {
        client.reset();
    }

    @AfterAll
    void close() {
        server.close();
    }

    @Override
    ProxyClient proxies() {
        return client;
    }
}
