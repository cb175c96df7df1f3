package io.meridian.order.placing;

import io.meridian.order.settling.OtherUseCase;

/** Breach: use cases form no circle. */
public record UseCaseInACircle(OtherUseCase other) {

    /** What the other one asks for. */
    public interface Asked {}
}
