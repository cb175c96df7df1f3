package io.meridian.observability.autoconfigure;

import io.meridian.observability.MissingIdentityException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up which settings are missing and why they are asked for. */
final class MissingIdentityAnalyzer extends AbstractFailureAnalyzer<MissingIdentityException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, MissingIdentityException cause) {
        return new FailureAnalysis(
                "This service does not know who it is, so nobody could tell its metrics, traces and logs from those of"
                        + " others. Not set: " + String.join(", ", cause.missing()) + ".",
                "Set them in the service's configuration, for instance meridian.version=v1 and"
                        + " meridian.environment=local, or as environment variables MERIDIAN_VERSION and"
                        + " MERIDIAN_ENVIRONMENT.",
                cause);
    }
}
