package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {

    private static final State STATE =
            new State(State.Mode.PROCESSES, 1000, Map.of(Component.ORDER, "abc", Component.GATEWAY, "def"));

    @TempDir
    private Path directory;

    private final List<String> warnings = new ArrayList<>();
    private Path path;
    private StateFile file;

    @BeforeEach
    void place() {
        path = directory.resolve("state.json");
        file = new StateFile(path);
    }

    @Test
    void whatWasWrittenIsRead() {
        file.write(STATE);

        assertThat(file.read(warnings::add)).isEqualTo(STATE);
        assertThat(warnings).isEmpty();
    }

    @Test
    void noFileIsAnEmptyStateWithoutAWarning() {
        assertThat(file.read(warnings::add)).isEqualTo(State.empty());
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLaterStateReplacesTheEarlierWithoutLeavingAnythingElse() throws IOException {
        file.write(State.empty());
        file.write(STATE);

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
        assertThat(file.read(warnings::add)).isEqualTo(STATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"format\":1,\"mode\":\"PROC",
                "[]",
                "{\"format\":2,\"mode\":\"PROCESSES\",\"portOffset\":0,\"builds\":{}}",
                "{\"format\":1,\"mode\":\"SOMEWHERE\",\"portOffset\":0,\"builds\":{}}",
                "{\"format\":1,\"mode\":\"PROCESSES\",\"portOffset\":\"many\",\"builds\":{}}",
                "{\"format\":1,\"mode\":\"PROCESSES\",\"portOffset\":0,\"builds\":{\"toaster\":\"x\"}}",
                "{\"format\":1,\"mode\":\"PROCESSES\",\"portOffset\":0}"
            })
    void aFileThatCannotBeReadIsSetAsideAndToldAbout(String content) throws IOException {
        Files.writeString(path, content);

        assertThat(file.read(warnings::add)).isEqualTo(State.empty());
        assertThat(warnings).singleElement().asString().contains("state.json").contains("state.json.unreadable");
        assertThat(directory.resolve("state.json.unreadable")).hasContent(content);
        assertThat(file.exists()).isFalse();
    }
}
