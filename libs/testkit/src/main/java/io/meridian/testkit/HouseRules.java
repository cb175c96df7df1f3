package io.meridian.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may import whom: edges, then use cases, then the model; libraries know nobody; one room knows the instruments.
 *
 * <p>A room is a service ({@code io.meridian.order}), the instrumentation ({@code io.meridian.observability}) or a library (any
 * other). Only production classes are looked at.
 */
public final class HouseRules {

    private static final String HOUSE = "io.meridian.";
    private static final Set<String> SERVICES = Set.of("order", "inventory", "payment", "gateway");
    private static final String OBSERVABILITY = "observability";

    private static final List<String> USE_CASES =
            List.of("placing", "settling", "viewing", "holding", "catalogue", "authorising");
    private static final List<String> EDGES =
            List.of("http", "grpc", "remote", "store", "redis", "events", "provider", "clock");
    private static final List<String> SPEAKERS = List.of("grpc", "remote", "events");

    private static final String[] JDK = {"java..", "javax..", "org.jspecify.."};
    private static final String[] INSTRUMENTS = {"io.micrometer..", "io.opentelemetry.."};
    private static final String[] INJECTIONS = {
        "org.springframework.beans.factory.annotation.Autowired",
        "org.springframework.beans.factory.annotation.Value",
        "jakarta.inject.Inject",
        "jakarta.annotation.Resource"
    };

    /** Everything of the JDK that asks the machine what time it is. */
    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalTime.now",
            "java.time.LocalDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.InstantSource.system",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system");

    private final String room;

    private HouseRules(String room) {
        this.room = room;
    }

    /**
     * Checks the production classes of a room.
     *
     * @param room its root package
     * @throws AssertionError naming every breach, or that there is nothing to check
     */
    public static void check(String room) {
        check(new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(room), room);
    }

    static void check(JavaClasses classes, String room) {
        if (!room.startsWith(HOUSE) || room.indexOf('.', HOUSE.length()) >= 0) {
            throw new IllegalArgumentException("a room is named like io.meridian.order, was " + room);
        }
        if (classes.isEmpty()) {
            throw new AssertionError("there are no classes in " + room);
        }
        var breaches = new HouseRules(room).all()
                .map(rule -> rule.allowEmptyShould(true).evaluate(classes))
                .filter(result -> result.hasViolation())
                .map(result -> result.getFailureReport().toString())
                .collect(Collectors.joining("\n\n"));
        if (!breaches.isEmpty()) {
            throw new AssertionError(breaches);
        }
    }

    private Stream<ArchRule> all() {
        var name = room.substring(HOUSE.length());
        var rules = new ArrayList<ArchRule>();
        rules.add(nothingIsInjectedIntoFields());
        if (!name.equals(OBSERVABILITY)) {
            rules.add(onlyObservabilityKnowsInstruments());
        }
        if (SERVICES.contains(name)) {
            rules.addAll(ofService());
        } else if (!name.equals(OBSERVABILITY)) {
            rules.addAll(ofLibrary());
        }
        return rules.stream();
    }

    private List<ArchRule> ofService() {
        var rules = new ArrayList<ArchRule>();
        rules.add(modelKnowsOnlyTheLanguage());
        rules.add(useCasesKnowOnlyTheModel());
        rules.add(useCasesFormNoCircle());
        rules.add(timeIsAnArgument());
        rules.add(onlySpeakersKnowContracts());
        rules.add(servicesNeverImportAService());
        EDGES.forEach(edge -> rules.add(edgeImportsNoOther(edge)));
        return rules;
    }

    private List<ArchRule> ofLibrary() {
        return List.of(coreKnowsOnlyTheLanguage(), onlyAutoconfigureKnowsBoot(), librariesKnowNobody());
    }

    private ArchRule nothingIsInjectedIntoFields() {
        return fields().should(new ArchCondition<>("not be injected") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        Stream.of(INJECTIONS)
                                .filter(field::isAnnotatedWith)
                                .forEach(it -> events.add(
                                        SimpleConditionEvent.violated(field, field.getFullName() + " carries @" + it)));
                    }
                })
                .because("what a class needs stands in its constructor");
    }

    private ArchRule onlyObservabilityKnowsInstruments() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(INSTRUMENTS)
                .because("only io.meridian.observability knows Micrometer and OpenTelemetry");
    }

    private ArchRule modelKnowsOnlyTheLanguage() {
        return classes()
                .that()
                .resideInAPackage(within("model"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(and(JDK, within("model")))
                .because("the model is the business in plain Java");
    }

    private ArchRule useCasesKnowOnlyTheModel() {
        var allowed = Stream.concat(USE_CASES.stream().map(this::within), Stream.of(within("model")))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAnyPackage(within(USE_CASES))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(and(JDK, allowed))
                .because("a use case knows the model and what it asks for, no technology");
    }

    private ArchRule useCasesFormNoCircle() {
        return slices()
                .matching(room + ".(*)..")
                .that(new DescribedPredicate<>("are use cases") {
                    @Override
                    public boolean test(Slice slice) {
                        return USE_CASES.contains(slice.getNamePart(1));
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    private ArchRule timeIsAnArgument() {
        var inside = Stream.concat(USE_CASES.stream(), Stream.of("model")).toList();
        return noClasses()
                .that()
                .resideInAnyPackage(within(inside))
                .should()
                .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it asks the machine for the time") {
                    @Override
                    public boolean test(JavaAccess<?> access) {
                        return CLOCKS.contains(access.getTargetOwner().getFullName() + "." + access.getName());
                    }
                })
                .because("below the edges time is an argument");
    }

    private ArchRule onlySpeakersKnowContracts() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(within(SPEAKERS))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOUSE + "contracts..")
                .because("only grpc, remote and events speak to other services");
    }

    private ArchRule servicesNeverImportAService() {
        var others = SERVICES.stream()
                .map(it -> HOUSE + it)
                .filter(it -> !it.equals(room))
                .map(it -> it + "..")
                .toArray(String[]::new);
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because("services know each other by contract only");
    }

    private ArchRule edgeImportsNoOther(String edge) {
        var others = EDGES.stream().filter(it -> !it.equals(edge)).toList();
        return noClasses()
                .that()
                .resideInAPackage(within(edge))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(within(others))
                .because("an edge can be taken away without another one noticing");
    }

    private ArchRule coreKnowsOnlyTheLanguage() {
        return classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(and(JDK, room))
                .because("the nouns of a library are usable everywhere");
    }

    private ArchRule onlyAutoconfigureKnowsBoot() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(within("autoconfigure"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.boot..")
                .because("a library works without Spring Boot");
    }

    private ArchRule librariesKnowNobody() {
        return noClasses()
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("are of another room") {
                    @Override
                    public boolean test(JavaClass type) {
                        var owner = type.getPackageName() + ".";
                        return owner.startsWith(HOUSE) && !owner.startsWith(room + ".");
                    }
                })
                .because("a library is used alone");
    }

    private String within(String part) {
        return room + "." + part + "..";
    }

    private String[] within(List<String> parts) {
        return parts.stream().map(this::within).toArray(String[]::new);
    }

    private static String[] and(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }
}
