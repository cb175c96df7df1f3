package io.meridian.order;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.inventory.v1.GetProductRequest;
import io.meridian.contracts.inventory.v1.Held;
import io.meridian.contracts.inventory.v1.HoldClosed;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.ReleaseRequest;
import io.meridian.contracts.inventory.v1.ReleaseResponse;
import io.meridian.contracts.inventory.v1.Shortage;
import io.meridian.contracts.inventory.v1.UnknownSkus;
import io.meridian.contracts.payment.v1.AuthorisationUnknown;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.contracts.payment.v1.AuthoriseResponse;
import io.meridian.contracts.payment.v1.Authorised;
import io.meridian.contracts.payment.v1.Declined;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc;
import io.meridian.contracts.payment.v1.ProviderFailed;
import io.meridian.edges.grpc.StaleEpoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Inventory and payment as servers of this JVM, with the semantics of their contracts, which remember what they did. A test may put
 * a trap in front of either, which answers, throws or waits; a trap that gives null lets the call through.
 */
public final class FakePeers {

    static final long PRICE = 1_999;

    private final Server server;
    private final Map<String, HoldResponse> holds = new ConcurrentHashMap<>();
    private final Map<String, AuthoriseResponse> authorisations = new ConcurrentHashMap<>();
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> epochs = new ConcurrentHashMap<>();
    private final AtomicInteger refusedEpochs = new AtomicInteger();
    private volatile boolean fenced = true;
    private volatile Function<HoldRequest, @Nullable HoldResponse> holdTrap = _ -> null;
    private volatile Function<AuthoriseRequest, @Nullable AuthoriseResponse> authoriseTrap = _ -> null;

    private FakePeers() {
        try {
            server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .addService(new Inventory())
                    .addService(new Payment())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FakePeers started() {
        return new FakePeers();
    }

    void stop() {
        server.shutdownNow();
    }

    public int port() {
        return server.getPort();
    }

    /** Forgets the traps. */
    public void heal() {
        holdTrap = _ -> null;
        authoriseTrap = _ -> null;
    }

    public void onHold(Function<HoldRequest, @Nullable HoldResponse> trap) {
        holdTrap = trap;
    }

    public void onAuthorise(Function<AuthoriseRequest, @Nullable AuthoriseResponse> trap) {
        authoriseTrap = trap;
    }

    /** Whether older epochs are refused; off only to show what that is for. */
    void fence(boolean on) {
        fenced = on;
    }

    /** How many requests of overtaken drivers were refused. */
    int refusedEpochs() {
        return refusedEpochs.get();
    }

    private void admit(String order, long epoch) {
        if (epochs.merge(order, epoch, Math::max) > epoch && fenced) {
            refusedEpochs.incrementAndGet();
            throw StaleEpoch.refusal("order " + order, epoch);
        }
    }

    public boolean isHeld(String order) {
        return holds.containsKey(order) && !released.contains(order);
    }

    public boolean isReleased(String order) {
        return released.contains(order);
    }

    public int authorisations() {
        return authorisations.size();
    }

    public boolean isAuthorised(String order) {
        var answer = authorisations.get(order);
        return answer != null && answer.hasAuthorised();
    }

    private final class Inventory extends InventoryServiceGrpc.InventoryServiceImplBase {

        @Override
        public void hold(HoldRequest request, StreamObserver<HoldResponse> answer) {
            single(answer, () -> {
                admit(request.getOrderId(), request.getEpoch());
                var trapped = holdTrap.apply(request);
                return trapped != null ? trapped : held(request);
            });
        }

        @Override
        public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> answer) {
            single(answer, () -> {
                admit(request.getOrderId(), request.getEpoch());
                released.add(request.getOrderId());
                return ReleaseResponse.getDefaultInstance();
            });
        }

        @Override
        public void getProduct(GetProductRequest request, StreamObserver<Product> answer) {
            single(answer, () -> Product.newBuilder().setSku(request.getSku()).build());
        }

        private HoldResponse held(HoldRequest request) {
            if (released.contains(request.getOrderId())) {
                return HoldResponse.newBuilder()
                        .setClosed(HoldClosed.getDefaultInstance())
                        .build();
            }
            return holds.computeIfAbsent(request.getOrderId(), _ -> decided(request));
        }

        private static HoldResponse decided(HoldRequest request) {
            var unknown = skus(request, it -> it.compareTo("SKU-1000") > 0 || it.equals("SKU-0000"));
            if (!unknown.isEmpty()) {
                return HoldResponse.newBuilder()
                        .setUnknownSkus(UnknownSkus.newBuilder().addAllSkus(unknown))
                        .build();
            }
            var missing = skus(request, it -> it.equals("SKU-1000"));
            if (!missing.isEmpty()) {
                return HoldResponse.newBuilder()
                        .setShortage(Shortage.newBuilder().addAllSkus(missing))
                        .build();
            }
            var held = Held.newBuilder();
            held.getExpiresAtBuilder().setSeconds(Instant.now().getEpochSecond() + 600);
            held.getValidForBuilder().setSeconds(600);
            // The other way round: the order of an answer is nothing to rely on.
            request.getLinesList().reversed().forEach(it -> held.addLinesBuilder()
                    .setSku(it.getSku())
                    .setQuantity(it.getQuantity())
                    .setUnitPrice(Money.newBuilder().setAmount(PRICE).setCurrency("EUR")));
            return HoldResponse.newBuilder().setHeld(held).build();
        }

        private static List<String> skus(HoldRequest request, java.util.function.Predicate<String> which) {
            return request.getLinesList().stream()
                    .map(it -> it.getSku())
                    .filter(which)
                    .toList();
        }
    }

    private final class Payment extends PaymentServiceGrpc.PaymentServiceImplBase {

        @Override
        public void authorise(AuthoriseRequest request, StreamObserver<AuthoriseResponse> answer) {
            single(answer, () -> {
                admit(request.getOrderId(), request.getEpoch());
                var trapped = authoriseTrap.apply(request);
                return trapped != null ? trapped : decided(request);
            });
        }

        private AuthoriseResponse decided(AuthoriseRequest request) {
            return switch (request.getToken()) {
                case "tok_declined" -> declined(Declined.Reason.REASON_CARD_DECLINED);
                case "tok_insufficient_funds" -> declined(Declined.Reason.REASON_INSUFFICIENT_FUNDS);
                case "tok_error" -> AuthoriseResponse.newBuilder()
                        .setProviderFailed(ProviderFailed.getDefaultInstance())
                        .build();
                case "tok_ok" -> authorisations.computeIfAbsent(request.getOrderId(), _ -> authorised());
                default -> declined(Declined.Reason.REASON_UNKNOWN_CARD);
            };
        }
    }

    static AuthoriseResponse authorised() {
        var authorised = Authorised.newBuilder();
        authorised.getExpiresAtBuilder().setSeconds(Instant.now().getEpochSecond() + 1_800);
        return AuthoriseResponse.newBuilder().setAuthorised(authorised).build();
    }

    public static AuthoriseResponse unknown() {
        return AuthoriseResponse.newBuilder()
                .setUnknown(AuthorisationUnknown.getDefaultInstance())
                .build();
    }

    private static AuthoriseResponse declined(Declined.Reason reason) {
        return AuthoriseResponse.newBuilder()
                .setDeclined(Declined.newBuilder().setReason(reason))
                .build();
    }

    private static <A> void single(StreamObserver<A> observer, java.util.function.Supplier<A> work) {
        try {
            observer.onNext(work.get());
            observer.onCompleted();
        } catch (RuntimeException fault) {
            observer.onError(Status.fromThrowable(fault).asRuntimeException(Status.trailersFromThrowable(fault)));
        }
    }
}
