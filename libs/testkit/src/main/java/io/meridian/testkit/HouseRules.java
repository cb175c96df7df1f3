package io.meridian.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.Slice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may import whom: edges, then use cases, then the model; libraries know nobody; one room knows the instruments. And what may
 * hold a thread: nothing waits without a bound, nothing starts a thread by hand, and a request's deadline comes from its entry
 * point.
 *
 * <p>A room is a service ({@code io.meridian.order}), the instrumentation ({@code io.meridian.observability}) or a library (any
 * other). Only production classes are looked at.
 */
public final class HouseRules {

    private static final String HOUSE = "io.meridian.";
    private static final Set<String> SERVICES = Set.of("order", "inventory", "payment", "gateway");
    private static final String OBSERVABILITY = "observability";

    private static final List<String> USE_CASES =
            List.of("placing", "settling", "reconciling", "viewing", "holding", "catalogue", "watching", "authorising");
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

    /** Everything of the JDK that waits for another thread for as long as that takes, by its type and its name. */
    private static final Map<String, Set<String>> UNTIMED_WAITS = Map.ofEntries(
            entry("java.lang.Object", Set.of("wait")),
            entry("java.lang.Thread", Set.of("join")),
            entry("java.lang.Process", Set.of("waitFor")),
            entry("java.util.concurrent.Future", Set.of("get")),
            entry("java.util.concurrent.CompletableFuture", Set.of("join")),
            entry("java.util.concurrent.ForkJoinTask", Set.of("join", "invoke", "quietlyJoin", "quietlyInvoke")),
            entry("java.util.concurrent.CompletionService", Set.of("take")),
            entry("java.util.concurrent.ExecutorService", Set.of("invokeAll", "invokeAny")),
            entry("java.util.concurrent.BlockingQueue", Set.of("take", "put")),
            entry("java.util.concurrent.BlockingDeque", Set.of("takeFirst", "takeLast", "putFirst", "putLast")),
            entry("java.util.concurrent.TransferQueue", Set.of("transfer")),
            entry("java.util.concurrent.CountDownLatch", Set.of("await")),
            entry("java.util.concurrent.CyclicBarrier", Set.of("await")),
            entry("java.util.concurrent.Phaser", Set.of("arriveAndAwaitAdvance", "awaitAdvance")),
            entry("java.util.concurrent.Exchanger", Set.of("exchange")),
            entry("java.util.concurrent.Semaphore", Set.of("acquire", "acquireUninterruptibly")),
            entry("java.util.concurrent.locks.Condition", Set.of("await", "awaitUninterruptibly")));

    /** Collections of the JDK that break, or show halves of changes, when one thread changes them while another looks. */
    private static final Set<String> UNPROTECTED = Set.of(
            "java.util.HashMap",
            "java.util.LinkedHashMap",
            "java.util.TreeMap",
            "java.util.WeakHashMap",
            "java.util.IdentityHashMap",
            "java.util.EnumMap",
            "java.util.HashSet",
            "java.util.LinkedHashSet",
            "java.util.TreeSet",
            "java.util.ArrayList",
            "java.util.LinkedList",
            "java.util.ArrayDeque",
            "java.util.PriorityQueue",
            "java.util.BitSet");

    private static final Set<String> SINGLETONS = Set.of(
            "org.springframework.stereotype.Component",
            "org.springframework.context.annotation.Configuration",
            "org.springframework.web.bind.annotation.RestController",
            "org.springframework.stereotype.Service");

    private static final Set<String> CHANNEL_MAKERS =
            Set.of("io.grpc.ManagedChannelBuilder", "io.grpc.Grpc", "org.springframework.grpc.client.GrpcChannelFactory");

    private static final String BEAN = "org.springframework.context.annotation.Bean";

    /** What the parameters of a wait that has a bound end with, or are. */
    private static final Set<String> BOUNDS =
            Set.of("java.util.concurrent.TimeUnit", "java.time.Duration", "java.util.Date", "long");

    private static final String SNAPSHOT = HOUSE + "snapshot";

    private static final String SCOPE = HOUSE + "deadline.DeadlineScope";
    private static final Set<String> OF_ONE_REQUEST = Set.of(SCOPE, HOUSE + "deadline.Deadline");
    private static final List<String> ENTRIES = List.of("http", "grpc", "events", "clock");

    /**
     * A class of a library that may wait without a bound.
     *
     * @param type its full name; the classes inside it may too
     * @param reason why it has to, and what ends the wait
     */
    public record MayWait(String type, String reason) {}

    private final String room;
    private final List<MayWait> waiting;

    private HouseRules(String room, List<MayWait> waiting) {
        this.room = room;
        this.waiting = waiting;
    }

    /**
     * Checks the production classes of a room.
     *
     * @param room its root package
     * @param waiting classes of a library that wait without a bound, each with its reason; one that does not is a breach as well
     * @throws AssertionError naming every breach, or that there is nothing to check
     */
    public static void check(String room, MayWait... waiting) {
        check(new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(room), room, waiting);
    }

    static void check(JavaClasses classes, String room, MayWait... waiting) {
        if (!room.startsWith(HOUSE) || room.indexOf('.', HOUSE.length()) >= 0) {
            throw new IllegalArgumentException("a room is named like io.meridian.order, was " + room);
        }
        if (classes.isEmpty()) {
            throw new AssertionError("there are no classes in " + room);
        }
        if (SERVICES.contains(room.substring(HOUSE.length())) && waiting.length > 0) {
            throw new IllegalArgumentException("no class of a service waits without a bound, but one was named for " + room);
        }
        var breaches = new HouseRules(room, List.of(waiting)).all()
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
        rules.add(nobodyStartsAThreadByHand());
        rules.add(nobodyWaitsWithoutABound());
        waiting.forEach(it -> rules.add(waitsIndeed(it)));
        rules.add(nobodyKeepsADeadlineForAll());
        rules.add(nobodySharesAnUnprotectedCollection());
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
        rules.add(onlyEntriesOpenAScope());
        rules.add(channelsAreMadeOnceForEachNeighbour());
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

    private ArchRule nobodyStartsAThreadByHand() {
        return noClasses()
                .should()
                .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it makes a thread") {
                    @Override
                    public boolean test(JavaAccess<?> access) {
                        return access.getName().equals(JavaConstructor.CONSTRUCTOR_NAME)
                                && access.getTargetOwner().isAssignableTo(Thread.class)
                                && !access.getOriginOwner().isAssignableTo(Thread.class);
                    }
                })
                .because("a thread has a name and is virtual or says why not: Thread.ofVirtual() and Thread.ofPlatform() ask for both");
    }

    private ArchRule nobodyWaitsWithoutABound() {
        return noClasses()
                .that(new DescribedPredicate<>("are not named as waiting") {
                    @Override
                    public boolean test(JavaClass type) {
                        return waiting.stream().noneMatch(it -> isOrIsInside(type, it.type()));
                    }
                })
                .should()
                .accessTargetWhere(untimedWait())
                .because("whatever is waited for may never come, so a wait has a bound");
    }

    /** Otherwise the list of exceptions grows, and covers what is written later. */
    private ArchRule waitsIndeed(MayWait named) {
        return classes()
                .should(new ArchCondition<>("have a class " + named.type() + " that waits") {

                    private final DescribedPredicate<JavaAccess<?>> untimed = untimedWait();
                    private boolean waits;

                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        waits |= isOrIsInside(type, named.type())
                                && type.getAccessesFromSelf().stream().anyMatch(untimed);
                    }

                    @Override
                    public void finish(ConditionEvents events) {
                        if (!waits) {
                            events.add(SimpleConditionEvent.violated(named, named.type() + " does not wait without a bound"));
                        }
                    }
                })
                .because("an exception nobody needs is taken back");
    }

    private static boolean isOrIsInside(JavaClass type, String name) {
        return type.getFullName().equals(name) || type.getFullName().startsWith(name + "$");
    }

    private static DescribedPredicate<JavaAccess<?>> untimedWait() {
        return new DescribedPredicate<>("it waits without a bound") {
            @Override
            public boolean test(JavaAccess<?> access) {
                return access instanceof JavaCodeUnitAccess<?> call
                        && call.getTarget().getRawParameterTypes().stream().noneMatch(it -> BOUNDS.contains(it.getFullName()))
                        && UNTIMED_WAITS.entrySet().stream()
                                .anyMatch(it -> it.getValue().contains(call.getName())
                                        && call.getTargetOwner().isAssignableTo(it.getKey()));
            }
        };
    }

    private ArchRule nobodyKeepsADeadlineForAll() {
        return fields().should(new ArchCondition<>("not keep what belongs to one request for all of them") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        if (field.getModifiers().contains(JavaModifier.STATIC)
                                && OF_ONE_REQUEST.contains(field.getRawType().getFullName())) {
                            events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is static"));
                        }
                    }
                })
                .because("a deadline belongs to one request");
    }

    /**
     * What everybody can reach: static fields, which are filled when their class is or later, and fields of singletons that say by their type
     * what they are. A field of a singleton that is declared as a {@code Map} is not looked at: most are filled in the constructor only.
     */
    private ArchRule nobodySharesAnUnprotectedCollection() {
        return classes()
                .should(new ArchCondition<>("not share a collection that is not made for it") {

                    private final Set<String> beans = new HashSet<>();

                    @Override
                    public void init(Collection<JavaClass> all) {
                        all.stream()
                                .flatMap(it -> it.getMethods().stream())
                                .filter(it -> it.isAnnotatedWith(BEAN))
                                .forEach(it -> beans.add(it.getRawReturnType().getFullName()));
                    }

                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean singleton = beans.contains(type.getFullName())
                                || SINGLETONS.stream().anyMatch(type::isAnnotatedWith);
                        for (var field : type.getFields()) {
                            boolean shared = isStatic(field) || singleton;
                            if (shared && UNPROTECTED.contains(field.getRawType().getFullName())
                                    || isStatic(field) && isCollection(field.getRawType()) && makesUnprotected(type)) {
                                events.add(SimpleConditionEvent.violated(
                                        field, field.getFullName() + " can be reached by all threads and is not made for it"));
                            }
                        }
                    }
                })
                .because("a map that threads share is immutable, concurrent or a snapshot: libs/snapshot has the rule");
    }

    private static boolean isStatic(JavaField field) {
        return field.getModifiers().contains(JavaModifier.STATIC);
    }

    private static boolean isCollection(JavaClass type) {
        return type.isInterface() && (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class));
    }

    private static boolean makesUnprotected(JavaClass type) {
        return type.getStaticInitializer()
                .map(it -> it.getConstructorCallsFromSelf().stream()
                        .anyMatch(call -> UNPROTECTED.contains(call.getTargetOwner().getFullName())))
                .orElse(false);
    }

    private ArchRule channelsAreMadeOnceForEachNeighbour() {
        return noClasses()
                .that(new DescribedPredicate<>("are neither the wiring nor remote") {
                    @Override
                    public boolean test(JavaClass type) {
                        var owner = type.getPackageName();
                        return !owner.equals(room) && !(owner + ".").startsWith(room + ".remote.");
                    }
                })
                .should()
                .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it makes a channel") {
                    @Override
                    public boolean test(JavaAccess<?> access) {
                        return CHANNEL_MAKERS.stream().anyMatch(access.getTargetOwner()::isAssignableTo);
                    }
                })
                .because("a connection for each request is most of what the request takes: a neighbour has one channel");
    }

    private ArchRule onlyEntriesOpenAScope() {
        return noClasses()
                .that(new DescribedPredicate<>("are neither an entry point nor the wiring") {
                    @Override
                    public boolean test(JavaClass type) {
                        var owner = type.getPackageName();
                        return !owner.equals(room)
                                && ENTRIES.stream().noneMatch(it -> (owner + ".").startsWith(room + "." + it + "."));
                    }
                })
                .should()
                .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it opens a scope") {
                    @Override
                    public boolean test(JavaAccess<?> access) {
                        return access.getTargetOwner().getFullName().equals(SCOPE) && access.getName().equals("root");
                    }
                })
                .because("below an entry point a scope is narrowed, carried or detached with a reason, never opened anew");
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
        // A snapshot is a map, in plain Java as they are.
        var allowed = Stream.concat(USE_CASES.stream().map(this::within), Stream.of(within("model"), SNAPSHOT))
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
