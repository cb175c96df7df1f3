package io.meridian.payment.provider;

import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Token;
import java.time.Duration;
import java.util.regex.Pattern;

/** How a test card behaves; {@link SimulatedProvider} lists them. */
sealed interface Card {

    /** @param working how long the provider takes to decide on an authorisation */
    record Good(Duration working) implements Card {}

    /** Does what is asked and never says so. */
    record Silent() implements Card {}

    /** Fails before anything is done. */
    record Broken() implements Card {}

    record Refused(DeclineReason reason) implements Card {}

    Pattern SLOW = Pattern.compile("tok_slow_([0-9]{1,5})");

    Duration SLOWEST = Duration.ofSeconds(60);

    static Card of(Token token) {
        return switch (token.secret()) {
            case "tok_ok" -> new Good(Duration.ZERO);
            case "tok_timeout" -> new Silent();
            case "tok_error" -> new Broken();
            case "tok_declined" -> new Refused(DeclineReason.CARD_DECLINED);
            case "tok_insufficient_funds" -> new Refused(DeclineReason.INSUFFICIENT_FUNDS);
            default -> slow(token.secret());
        };
    }

    private static Card slow(String token) {
        var matcher = SLOW.matcher(token);
        if (matcher.matches()) {
            var working = Duration.ofMillis(Long.parseLong(matcher.group(1)));
            if (working.compareTo(SLOWEST) <= 0) {
                return new Good(working);
            }
        }
        return new Refused(DeclineReason.UNKNOWN_CARD);
    }
}
