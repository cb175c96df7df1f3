package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaIT extends PartContract {

    @Override
    Part part(PartSettings settings) {
        return new Kafka(settings);
    }

    @Test
    void topicsSurviveAKillAndAStop() throws Exception {
        var name = "kept-" + System.nanoTime();
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, 6, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
        part().kill();
        part().start();
        part().awaitReady(BOUND);
        part().restart(BOUND);

        try (var admin = admin()) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).contains(name);
        }
    }

    @Test
    void takenPortOfTheControllerIsRefused(@TempDir Path directory) throws IOException {
        int port = Ports.free();
        try (var stranger = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> part(settings(directory, port)).start())
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining("port " + stranger.getLocalPort());
        }
    }

    @Test
    void brokerThatCannotStartTellsWhyAtOnce(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("data/meta.properties")); // a directory where it reads a file
        var broken = part(settings(directory, Ports.free()));

        broken.start();

        assertThatThrownBy(() -> broken.awaitReady(Duration.ofSeconds(60)))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("kafka has ended")
                .hasMessageContaining("meta.properties");
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + part().port()));
    }
}
