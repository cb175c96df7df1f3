package io.meridian.order;

import io.micrometer.core.Instrument;

/** Breach: only observability knows the instruments. */
record WiringThatMeters(Instrument instrument) {}
