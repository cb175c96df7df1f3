package io.meridian.deadline.grpc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever two machines' clocks say, a call has the same time: only durations are sent, and they are measured on a clock that nobody
 * sets.
 */
class NoWallClockTest {

    private static final Set<String> DATES = Set.of(
            "java.util.Date",
            "java.util.Calendar",
            "java.time.Instant",
            "java.time.InstantSource",
            "java.time.Clock",
            "java.time.LocalTime",
            "java.time.LocalDateTime",
            "java.time.OffsetDateTime",
            "java.time.ZonedDateTime");

    private static final ArchRule NO_DATES = noClasses()
            .should()
            .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it asks for the time of day") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return DATES.contains(access.getTargetOwner().getFullName())
                            || access.getName().equals("currentTimeMillis");
                }
            });

    @Test
    void gRpcAndTheCoreAskNobodyForTheTimeOfDay() {
        var imported = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.meridian.deadline");

        NO_DATES.check(imported.that(
                DescribedPredicate.describe(
                        "are of the core or of gRPC",
                        type -> type.getPackageName().equals("io.meridian.deadline")
                                || type.getPackageName().equals("io.meridian.deadline.grpc"))));
    }

    @Test
    void oneThatDoesIsFound() {
        var culprit = new ClassFileImporter().importClasses(Dated.class);

        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> NO_DATES.check(culprit));
        classes().should().haveSimpleName("Dated").check(culprit);
    }

    private static final class Dated {

        Instant at() {
            return Instant.now();
        }
    }
}
