package io.meridian.local.platform;

import io.meridian.local.parts.Kafka;
import io.meridian.local.parts.Launch;
import io.meridian.local.parts.Part;
import io.meridian.local.parts.PartSettings;
import io.meridian.local.parts.Postgres;
import io.meridian.local.parts.Redis;
import io.meridian.local.platform.ComponentStatus.Health;
import io.meridian.local.platform.PlatformFailure.Kind;
import io.meridian.local.platform.Progress.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Seven processes of this machine that are one platform. Everything can be asked for again: what runs is left alone, what is
 * dead is started, and a start that fails or is interrupted takes back what it had begun.
 */
public final class Platform {

    private static final Duration READY_BOUND = Duration.ofSeconds(120);

    /** {@code true} has Redis listen with TLS and its clients trust it; remembered by the home, like the port offset. */
    private static final String REDIS_TLS = "MERIDIAN_REDIS_TLS";

    /** One for each service that keeps something, owned by a role of the same name. */
    private static final List<String> DATABASES = List.of("orders", "inventory", "payments");

    /** What the services find in place when they start. */
    private static final Set<Component> FOUNDATION = EnumSet.of(Component.POSTGRES, Component.KAFKA);

    private final PlatformSettings settings;
    private final Home home;
    private final StateFile stateFile;
    private final Layouts layouts;
    private final Training training;
    private final Addresses addresses;
    private final boolean redisOverTls;
    private final Map<Component, ServiceMember> services = new EnumMap<>(Component.class);
    private final Map<Component, PartMember> parts = new EnumMap<>(Component.class);
    private final Map<Component, Map<String, String>> onceTold = new ConcurrentHashMap<>();
    private State state;

    private Platform(PlatformSettings settings, Consumer<String> warnings) {
        this.settings = settings;
        this.home = settings.home();
        this.stateFile = home.stateFile();
        this.layouts = new Layouts(settings.root(), settings.cache().resolve("apps"));
        this.training = new Training(home);
        this.state = stateFile.read(warnings);
        this.addresses = new Addresses(settings.portOffset().orElse(state.portOffset()));
        this.redisOverTls = redisOverTls();
        var readiness = new Readiness();
        for (var it : Component.services()) {
            services.put(it, new ServiceMember(it, home, addresses, readiness, () -> launch(it)));
        }
        Component.parts().forEach(it -> parts.put(it, new PartMember(part(it))));
    }

    /** The platform of this home, running or not. */
    public static Platform at(PlatformSettings settings) {
        return at(settings, _ -> {});
    }

    /** @param warnings told if the home's memory could not be read */
    public static Platform at(PlatformSettings settings, Consumer<String> warnings) {
        return new Platform(settings, warnings);
    }

    public Home home() {
        return home;
    }

    public State.Mode mode() {
        return state.mode();
    }

    /** Where everything listens, or will. */
    public Addresses addresses() {
        return addresses;
    }

    /** Whether any process of this platform lives. */
    public boolean runs() {
        return Arrays.stream(Component.values()).anyMatch(it -> process(it).isPresent());
    }

    /** Whether start-up caches are being recorded in the background. */
    public boolean isTraining() {
        return training.isRunning();
    }

    /**
     * Starts what does not run or runs from an older build, and waits until all of it is ready.
     *
     * @return the components that this call started
     * @throws PlatformFailure if that cannot be done; nothing that this call started is left running then
     */
    public List<Component> up(Progress progress) {
        home.prepare();
        try (var _ = HomeLock.acquire(home.lockFile(), "up")) {
            Preflight.check(home.directory());
            agreeOnAddresses();
            checkServicePorts(progress);
            var undertaking = new Undertaking(this::stopAtOnce);
            undertaking.carryOut(progress, () -> startAll(undertaking, progress));
            return undertaking.begun();
        }
    }

    /** Begins to record the start-up caches that are missing, behind the running platform. */
    public void train() {
        if (settings.training()) {
            training.begin(
                    Component.services().stream().map(layouts::prepare).toList(),
                    environment(Component.ORDER, settings.environment()),
                    settings.lifetime());
        }
    }

    /** Stops everything in order; orders, stock and events stay. */
    public void down(Progress progress) {
        if (!Files.isDirectory(home.directory())) {
            return;
        }
        home.prepare();
        try (var _ = HomeLock.acquire(home.lockFile(), "down")) {
            training.stop();
            services.values().forEach(ServiceMember::findAgain);
            Component.services().parallelStream().forEach(it -> reportStop(it, progress));
            Component.parts().parallelStream().forEach(it -> reportStop(it, progress));
        }
    }

    /** Forgets orders, stock, events and logs of a platform that does not run. */
    public void forget() {
        home.prepare();
        try (var _ = HomeLock.acquire(home.lockFile(), "--fresh")) {
            if (runs()) {
                throw new PlatformFailure(
                        Kind.BUSY, "The platform in " + home.directory() + " runs; its data cannot be forgotten now.");
            }
            parts.values().forEach(it -> it.part().forget());
            Home.deleteTree(home.logs());
        }
    }

    /** Remembers whether the platform runs in containers, so that {@code down} and {@code status} look there. */
    public void remember(State.Mode mode) {
        home.prepare();
        save(it -> it.with(mode, addresses.offset()));
    }

    /** Starts one component and waits until it is ready; does nothing if it runs. */
    public void start(Component component) {
        home.prepare();
        member(component).launch();
        member(component).awaitReady(READY_BOUND);
    }

    /**
     * Starts a service that is told something of its own besides what its platform tells it, such as another time of day, and waits until
     * it is ready; does nothing if it runs.
     */
    public void start(Component service, Map<String, String> told) {
        onceTold.put(service, Map.copyOf(told));
        try {
            start(service);
        } finally {
            onceTold.remove(service);
        }
    }

    /** Stops one component in order. */
    public void stop(Component component) {
        member(component).stop();
    }

    /** Kills one component without warning, as a crash would. */
    public void kill(Component component) {
        member(component).kill();
    }

    public void restart(Component component) {
        stop(component);
        start(component);
    }

    /** Freezes one component: its connections stay open and nothing answers. */
    public void pause(Component component) {
        member(component).pause();
    }

    /**
     * Freezes one component for a time, whole seconds; then it goes on by itself, also if this program has ended. Does nothing if it does
     * not run.
     */
    public void pauseFor(Component component, Duration most) {
        member(component).pauseFor(most);
    }

    /** How long the component is frozen yet; empty if it is not. */
    public Optional<Duration> frozenFor(Component component) {
        return member(component).frozenUntil().map(it -> Duration.between(Instant.now(), it)).filter(Duration::isPositive);
    }

    /** Lets it go on. */
    public void resume(Component component) {
        member(component).resume();
    }

    /** The living process of this component. */
    public Optional<ProcessHandle> process(Component component) {
        return member(component).find();
    }

    /** Whether the component answers that it would take requests. */
    public boolean isReady(Component component) {
        return member(component).isReady();
    }

    /** Where the component's output goes. */
    public Path log(Component component) {
        return member(component).log();
    }

    public List<ComponentStatus> status() {
        return inParallel(List.of(Component.values()), this::status);
    }

    /** What all processes of the platform occupy together, in bytes; empty if the system does not tell. */
    public OptionalLong residentBytes() {
        return Arrays.stream(Component.values())
                .flatMap(it -> process(it).stream())
                .map(Memory::resident)
                .flatMapToLong(OptionalLong::stream)
                .reduce(Long::sum);
    }

    /** The processor time this component has used since it was started; empty if it does not run. */
    public Optional<Duration> cpuTime(Component component) {
        return process(component).map(CpuTime::of);
    }

    /**
     * Compares the books of order, payment and inventory by the job that is made for it, of the same build as the order service that runs.
     *
     * @param patience how long differences that may pass are looked at again
     * @throws PlatformFailure if it could not look
     */
    public Reconciliation reconcile(Duration patience) {
        home.prepare();
        return new Bookkeeper(
                        layouts.of(Component.ORDER, state.builds().get(Component.ORDER)),
                        home,
                        ServiceEnvironment.of(Component.ORDER, addresses, settings.environment()))
                .compare(patience);
    }

    private ComponentStatus status(Component component) {
        var process = process(component);
        var health = process.isEmpty() ? Health.DOWN : isReady(component) ? Health.READY : Health.NOT_READY;
        return new ComponentStatus(
                component,
                health,
                process.map(ProcessHandle::pid),
                process.flatMap(it -> it.info().startInstant()),
                process.map(Memory::resident).orElse(OptionalLong.empty()),
                addresses.all(component));
    }

    private void agreeOnAddresses() {
        if (stateFile.exists()
                && addresses.offset() != state.portOffset()
                && Component.services().stream().anyMatch(it -> process(it).isPresent())) {
            throw new PlatformFailure(
                    Kind.BUSY,
                    "The platform in " + home.directory() + " runs with --port-offset " + state.portOffset()
                            + ". Stop it first with `./meridian down`.");
        }
        if (process(Component.REDIS).isPresent() && redisOverTls != Redis.wasOverTls(home.part(Component.REDIS))) {
            throw new PlatformFailure(
                    Kind.BUSY,
                    "The platform in " + home.directory() + " runs with " + REDIS_TLS + "=" + !redisOverTls
                            + ". Stop it first with `./meridian down`.");
        }
        save(it -> it.with(State.Mode.PROCESSES, addresses.offset()));
    }

    private void checkServicePorts(Progress progress) {
        var conflicts = services.entrySet().stream()
                .filter(it -> it.getValue().find().isEmpty())
                .filter(it -> !isFoundAgain(it.getKey(), it.getValue(), progress))
                .flatMap(it -> it.getValue().conflicts().stream())
                .toList();
        if (!conflicts.isEmpty()) {
            throw new PlatformFailure(
                    Kind.BUSY, "Not started: " + String.join("; ", conflicts) + ". " + PlatformFailure.PORT_ADVICE);
        }
    }

    private static boolean isFoundAgain(Component service, ServiceMember member, Progress progress) {
        var found = member.findAgain();
        if (found) {
            progress.note(service.title() + " of an earlier run was found again.");
        }
        return found;
    }

    /**
     * The parts and the gateway begin at once. The other services want the database when they start and create their topics then,
     * so they begin when PostgreSQL and Kafka answer; sooner they would only take processor time from what they wait for.
     */
    private void startAll(Undertaking undertaking, Progress progress) {
        var foundation = new CountDownLatch(FOUNDATION.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = new ExecutorCompletionService<Component>(threads);
            for (var component : Component.values()) {
                starts.submit(() -> {
                    if (component.isService()) {
                        retireIfOutdated(component, progress);
                    }
                    if (component.isService() && component != Component.GATEWAY) {
                        foundation.await();
                    }
                    bring(component, undertaking, progress);
                    if (FOUNDATION.contains(component)) {
                        foundation.countDown();
                    }
                    return component;
                });
            }
            try {
                for (var _ : Component.values()) {
                    starts.take().get();
                }
            } catch (ExecutionException | InterruptedException e) {
                undertaking.takeBack();
                threads.shutdownNow(); // nobody goes on waiting for what will not come
                throw failure(e);
            }
        }
    }

    private void bring(Component component, Undertaking undertaking, Progress progress) {
        var begin = System.nanoTime();
        progress.begins(component);
        var member = member(component);
        var outcome = member.find().isPresent() ? Outcome.RAN_ALREADY : undertaking.begin(component, member::launch);
        member.awaitReady(READY_BOUND);
        if (member instanceof PartMember(Postgres postgres)) {
            postgres.createDatabases(DATABASES);
        }
        progress.done(component, outcome, Duration.ofNanos(System.nanoTime() - begin));
    }

    private void retireIfOutdated(Component service, Progress progress) {
        var build = layouts.prepare(service).build();
        if (process(service).isPresent() && !build.equals(state.builds().get(service))) {
            progress.note(service.title() + " runs an older build and is replaced.");
            stop(service);
        }
    }

    private Member member(Component component) {
        Member member = component.isService() ? services.get(component) : parts.get(component);
        return Objects.requireNonNull(member);
    }

    private Launch launch(Component service) {
        var layout = layouts.prepare(service);
        save(it -> it.with(service, layout.build()));
        var additions = new HashMap<>(settings.environment());
        additions.putAll(settings.links().of(service));
        additions.putAll(onceTold.getOrDefault(service, Map.of()));
        return ServiceMember.launch(
                layout, home, environment(service, additions), settings.lifetime());
    }

    private Map<String, String> environment(Component service, Map<String, String> additions) {
        var environment = new HashMap<>(ServiceEnvironment.of(service, addresses, additions));
        if (redisOverTls) {
            environment.put(REDIS_TLS, "true");
            environment.putIfAbsent(
                    "MERIDIAN_REDIS_CA", Redis.certificateIn(home.part(Component.REDIS)).toString());
        }
        return Map.copyOf(environment);
    }

    private boolean redisOverTls() {
        var wish = settings.environment().getOrDefault(REDIS_TLS, System.getenv().getOrDefault(REDIS_TLS, ""));
        return wish.isBlank() ? Redis.wasOverTls(home.part(Component.REDIS)) : Boolean.parseBoolean(wish.strip());
    }

    private Part part(Component part) {
        var own = new PartSettings(
                home.part(part), addresses.of(part), settings.cache().resolve("parts"), settings.lifetime());
        return switch (part) {
            case POSTGRES -> new Postgres(own, ServiceEnvironment.DATABASE_PASSWORD);
            case KAFKA -> new Kafka(own, settings.links().kafkaDoors());
            case REDIS -> redisOverTls ? Redis.overTls(own) : new Redis(own);
            case INVENTORY, PAYMENT, ORDER, GATEWAY ->
                throw new IllegalArgumentException(part.title() + " is a service");
        };
    }

    /** A service in the middle of its start would finish that before it heeds a request to stop; it has served nobody yet. */
    private void stopAtOnce(Component component) {
        if (component.isService()) {
            kill(component);
        } else {
            stop(component);
        }
    }

    private void reportStop(Component component, Progress progress) {
        if (process(component).isPresent()) {
            var begin = System.nanoTime();
            progress.begins(component);
            stop(component);
            progress.done(component, Outcome.STOPPED, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private synchronized void save(UnaryOperator<State> change) {
        state = change.apply(state);
        stateFile.write(state);
    }

    private static <T> List<T> inParallel(List<Component> components, Function<Component, T> work) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = components.stream()
                    .map(it -> threads.submit(() -> work.apply(it)))
                    .toList();
            return answers.stream().map(Platform::answer).toList();
        }
    }

    private static <T> T answer(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException | InterruptedException e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new PlatformFailure(Kind.FAILED, "Interrupted.", e);
        }
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
}
