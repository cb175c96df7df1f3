package io.meridian.order.placing;

import io.meridian.order.store.StoreThatKnowsHttp;

/** Breach: a use case knows only the model. */
public record UseCaseThatKnowsAnEdge(StoreThatKnowsHttp store) {}
