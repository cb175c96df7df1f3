package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineListenersTest {

    @Test
    void everyListenerHearsEverything() throws Exception {
        var first = new ArrayList<String>();
        var second = new ArrayList<String>();
        var all = new DeadlineListeners(List.of(recording(first), recording(second))).all();

        tellEverything(all);

        var everything = Arrays.stream(DeadlineListener.class.getMethods()).map(Method::getName);
        assertThat(first).containsExactlyInAnyOrderElementsOf(everything.toList());
        assertThat(second).isEqualTo(first);
    }

    @Test
    void listenerThatThrowsKeepsNobodyFromHearing() throws Exception {
        var heard = new ArrayList<String>();
        var throwing = listener(_ -> {
            throw new IllegalStateException("on purpose");
        });
        var all = new DeadlineListeners(List.of(throwing, recording(heard), throwing)).all();

        tellEverything(all);

        assertThat(heard).hasSize(DeadlineListener.class.getMethods().length);
    }

    @Test
    void withoutListenersNobodyHears() throws Exception {
        var all = new DeadlineListeners(List.of()).all();

        tellEverything(all);

        assertThat(all).isSameAs(DeadlineListeners.NONE);
    }

    private static void tellEverything(DeadlineListener listener) throws Exception {
        for (var method : DeadlineListener.class.getMethods()) {
            method.invoke(listener, Arrays.stream(method.getParameterTypes())
                    .map(DeadlineListenersTest::something)
                    .toArray());
        }
    }

    private static Object something(Class<?> type) {
        if (type == Duration.class) {
            return Duration.ofMillis(1);
        }
        if (type == DeadlineScope.class) {
            return DeadlineScope.root("test", Deadline.after(Duration.ofSeconds(1)));
        }
        return type.isEnum() ? type.getEnumConstants()[0] : "something";
    }

    private static DeadlineListener recording(List<String> heard) {
        return listener(heard::add);
    }

    private interface Ear {
        void hear(String what);
    }

    private static DeadlineListener listener(Ear ear) {
        return (DeadlineListener) Proxy.newProxyInstance(
                DeadlineListener.class.getClassLoader(), new Class<?>[] {DeadlineListener.class}, (_, method, _) -> {
                    ear.hear(method.getName());
                    return null;
                });
    }
}
