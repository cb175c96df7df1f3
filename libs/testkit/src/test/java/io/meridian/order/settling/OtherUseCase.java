package io.meridian.order.settling;

import io.meridian.order.placing.UseCaseInACircle;

/** The other half of the circle. */
public record OtherUseCase(UseCaseInACircle.Asked asked) {}
