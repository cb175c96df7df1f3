package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.OrderDesk.Line;
import io.meridian.local.platform.OrderDesk.Wish;
import io.meridian.local.platform.PlatformFailure;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Orders as a customer would. What is ordered is not checked here: the platform's answer to bad input is worth seeing. How long the
 * answer is wanted is checked, because a front door takes a bad wish for none.
 */
@Command(name = "order")
final class OrderCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    @Option(names = "--sku")
    private List<String> skus = List.of("SKU-0001");

    @Option(names = "--quantity")
    private int quantity = 1;

    @Option(names = "--card")
    private String card = "tok_ok";

    @Option(names = "--customer")
    private String customer = "c-1";

    @Option(names = "--deadline", converter = Milliseconds.class)
    private @Nullable Duration deadline;

    @Option(names = "--key")
    private @Nullable String key;

    OrderCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var lines = skus.stream().map(it -> new Line(it, quantity)).toList();
        var wish = new Wish(
                customer,
                lines,
                card,
                key == null ? UUID.randomUUID().toString() : key,
                Optional.ofNullable(deadline));
        var platform = options.platform();
        // Asking first also spares the order's own time what this JVM needs to load before it can ask at all.
        if (!platform.isReady(Component.GATEWAY)) {
            throw new PlatformFailure(
                    PlatformFailure.Kind.FAILED,
                    "The gateway is not ready. `./meridian status` says what runs, `./meridian up` starts what does not.");
        }
        var desk = new OrderDesk(platform.addresses().http(Component.GATEWAY));

        var story = OrderStory.of(desk, wish);
        story.tell(desk, "Order", options.terminal());
        story.traceId().ifPresent(it -> {
            options.terminal().say("");
            options.terminal().say("  Its lines in all logs: ./meridian logs --trace " + it + options.suffix());
        });
        if (options.json()) {
            options.terminal().answer(story.json());
        }
        return story.isConfirmed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** What the header for it can say: 0 is said too, by somebody who does not wait any more. */
    static final class Milliseconds implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("\\d{1,8}(\\.\\d{1,3})?");

        @Override
        public Duration convert(String value) {
            if (!FORM.matcher(value).matches()) {
                throw new TypeConversionException(
                        "'" + value + "' is not a number of milliseconds: 1 to 8 digits and up to 3 decimals, such as 800");
            }
            return Duration.ofNanos(
                    new BigDecimal(value).movePointRight(6).longValueExact());
        }
    }
}
