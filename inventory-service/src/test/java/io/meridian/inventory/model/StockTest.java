package io.meridian.inventory.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StockTest {

    private final Stock stock = new Stock(10, 10, 10, 7);

    @ParameterizedTest
    @EnumSource(Move.class)
    void everyMoveConservesThePiecesAndCountsTheVersion(Move move) {
        var after = stock.after(move, 3);

        assertThat(after.total()).isEqualTo(stock.total());
        assertThat(after.version()).isEqualTo(8);
        assertThat(after).isNotEqualTo(new Stock(10, 10, 10, 8));
    }

    @ParameterizedTest
    @CsvSource({
        "HOLD,    7, 13, 10",
        "RELEASE, 13, 7, 10",
        "EXPIRE,  13, 7, 10",
        "COMMIT,  10, 7, 13",
        "RETAKE,  7, 10, 13",
        "RETURN,  13, 10, 7"
    })
    void aMoveTakesFromOnePlaceAndPutsIntoAnother(Move move, long onHand, long held, long sold) {
        assertThat(stock.after(move, 3)).isEqualTo(new Stock(onHand, held, sold, 8));
    }

    @ParameterizedTest
    @EnumSource(Move.class)
    void aMoveIsAllowedUpToTheLastPieceAndNoFurther(Move move) {
        assertThat(stock.allows(move, 10)).isTrue();
        assertThat(stock.allows(move, 11)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stock.after(move, 11))
                .withMessageContaining("-1");
    }

    @Test
    void stockIsNeverNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Stock(-1, 0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Stock(0, -1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Stock(0, 0, -1, 1));
    }
}
