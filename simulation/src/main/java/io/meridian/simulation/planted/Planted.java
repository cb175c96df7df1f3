package io.meridian.simulation.planted;

import io.meridian.inventory.model.Move;
import io.meridian.order.model.CardToken;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Payments;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.Publisher;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.database.Transaction;
import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.inventory.MemoryHolds;
import io.meridian.simulation.log.Broker;
import io.meridian.simulation.log.Consumer;
import io.meridian.simulation.order.MemoryOrders;
import io.meridian.simulation.order.MemoryUnfinished;
import io.meridian.simulation.payment.CardProvider;
import io.meridian.simulation.payment.MemoryPayments;
import io.meridian.simulation.relay.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The bugs that can be planted, each one that somebody could write. A simulation that does not find one of them would not have found
 * it in a service either.
 */
public enum Planted implements Plant {
    INBOX_DROPPED("an event is applied as often as it comes") {
        @Override
        public Connections.Ports ports() {
            return new Connections.Ports() {
                @Override
                public boolean hear(Transaction it, Database database, Node node, Database.Hearing hearing, Instant at) {
                    return true;
                }
            };
        }
    },
    INBOX_BEFORE_EFFECT("an event is marked as seen in a transaction of its own, before its effect") {
        @Override
        public Connections.Ports ports() {
            return new Connections.Ports() {
                @Override
                public boolean hear(Transaction it, Database database, Node node, Database.Hearing hearing, Instant at) {
                    return database.inbox().rows().putIfAbsent(hearing, new Database.Heard(at)) == null;
                }
            };
        }
    },
    INBOX_OF_EACH_INSTANCE("each instance has an inbox of its own") {
        @Override
        public Connections.Ports ports() {
            return new Connections.Ports() {
                @Override
                public boolean hear(Transaction it, Database database, Node node, Database.Hearing hearing, Instant at) {
                    var own = new Database.Hearing(hearing.consumer() + "@" + node.name(), hearing.event());
                    return it.insert(database.inbox(), own, new Database.Heard(at));
                }
            };
        }
    },
    OLDER_AFTER_NEWER("an event has its effect although a newer one about the same order was heard before") {
        @Override
        public Connections.Ports ports() {
            return new Connections.Ports() {
                @Override
                public boolean isNewest(Transaction it, Database database, Database.Subject subject, long number) {
                    return true;
                }
            };
        }
    },
    OFFSET_BEFORE_EFFECT("offsets are committed before the records are handled") {
        @Override
        public Consumer.Bends consumer(String name) {
            return new Consumer.Bends() {
                @Override
                public boolean commitsFirst() {
                    return true;
                }
            };
        }
    },
    ACKNOWLEDGED_BEFORE_COMMIT("a record is acknowledged before its transaction has committed, whatever becomes of that") {
        @Override
        public Consumer.Listener listener(String name, Consumer.Listener listener) {
            return (record, acknowledgment) -> {
                acknowledgment.acknowledge();
                try {
                    listener.on(record, () -> {});
                } catch (RuntimeException _) {
                    // that is the bug
                }
            };
        }
    },
    PARTITION_BY_CHANCE("events of one order go to any partition") {
        @Override
        public Broker.Bends broker(Dice dice) {
            return new Broker.Bends() {
                @Override
                public int partition(@Nullable String key, int partitions) {
                    return dice.between(0, partitions - 1);
                }
            };
        }
    },
    RELAY_BY_SEQUENCE("the relay reads the table by its sequence, and passes over numbers that are not committed yet") {
        @Override
        public Slot.Bends slot() {
            return new Slot.Bends() {
                @Override
                public boolean readsBySequence() {
                    return true;
                }
            };
        }
    },
    CONFIRMED_WHEN_READ("the slot is confirmed when events have been read, before the broker has them") {
        @Override
        public Slot.Bends slot() {
            return new Slot.Bends() {
                @Override
                public boolean confirmsWhatIsRead() {
                    return true;
                }
            };
        }
    },
    PUBLISHED_WITHOUT_ANSWER("an event counts as published when it has been sent") {
        @Override
        public Publisher publisher(Publisher publisher) {
            return () -> {
                var open = publisher.open();
                return publishing(open, event -> {
                    var _ = open.publish(event);
                    return CompletableFuture.completedFuture(null);
                });
            };
        }
    },
    ID_MINTED_WHEN_PUBLISHED("an event gets its id when it is published") {
        @Override
        public Publisher publisher(Publisher publisher) {
            var minted = new AtomicLong();
            return () -> {
                var open = publisher.open();
                return publishing(open, event -> open.publish(new StoredEvent(
                        new UUID(event.id().getMostSignificantBits(), minted.incrementAndGet()),
                        event.topic(),
                        event.aggregateId(),
                        event.type(),
                        event.payload(),
                        event.headers(),
                        event.occurredAt())));
            };
        }
    },
    EVENT_SURVIVES_ROLLBACK("an event is appended outside the transaction that makes it true") {
        @Override
        public Connections.Ports ports() {
            return new Connections.Ports() {
                @Override
                public void append(Transaction it, Database database, StoredEvent event) {
                    database.appendApart(event);
                }
            };
        }
    },
    ANNOUNCED_FIRST("an order's end is announced in a transaction of its own, before it is written") {
        @Override
        public MemoryOrders.Bends orders() {
            return new MemoryOrders.Bends() {
                @Override
                public boolean announcesApart() {
                    return true;
                }
            };
        }
    },
    CONFIRMATION_NOT_ANNOUNCED("the event is forgotten when an order is confirmed") {
        @Override
        public MemoryOrders.Bends orders() {
            return silentAbout(Order.Confirmed.class);
        }
    },
    REJECTION_NOT_ANNOUNCED("the event is forgotten when an order is rejected, so nothing is given back") {
        @Override
        public MemoryOrders.Bends orders() {
            return silentAbout(Order.Rejected.class);
        }
    },
    CANCELLATION_NOT_ANNOUNCED("the event is forgotten when an order is cancelled") {
        @Override
        public MemoryOrders.Bends orders() {
            return silentAbout(Order.Cancelled.class);
        }
    },
    EPOCH_IGNORED("the journal takes what an overtaken owner writes") {
        @Override
        public MemoryOrders.Bends orders() {
            return new MemoryOrders.Bends() {
                @Override
                public boolean takesOlderEpochs() {
                    return true;
                }

                @Override
                public boolean takesOlderVersions() {
                    return true;
                }
            };
        }
    },
    VERSION_IGNORED("the journal takes what was decided on an older state") {
        @Override
        public MemoryOrders.Bends orders() {
            return new MemoryOrders.Bends() {
                @Override
                public boolean takesOlderVersions() {
                    return true;
                }
            };
        }
    },
    PAYMENT_VERSION_IGNORED("a payment takes what was decided on an older state") {
        @Override
        public MemoryPayments.Bends payments() {
            return new MemoryPayments.Bends() {
                @Override
                public boolean takesOlderVersions() {
                    return true;
                }
            };
        }
    },
    KEY_CLAIMED_LATE("the idempotency key is claimed after the order has been written") {
        @Override
        public MemoryOrders.Bends orders() {
            return new MemoryOrders.Bends() {
                @Override
                public boolean claimsKeyLate() {
                    return true;
                }
            };
        }
    },
    OTHER_BODY_ACCEPTED("another request under the same key is answered as the first one") {
        @Override
        public MemoryOrders.Bends orders() {
            return new MemoryOrders.Bends() {
                @Override
                public boolean takesOtherBodies() {
                    return true;
                }
            };
        }
    },
    UNFINISHED_NOT_SOUGHT("nobody drives on what a crash left") {
        @Override
        public MemoryUnfinished.Bends unfinished() {
            return new MemoryUnfinished.Bends() {
                @Override
                public boolean findsNothing() {
                    return true;
                }
            };
        }
    },
    LEASED_BY_LOCAL_CLOCK("what is due, and for how long it is leased, is told by the clock of the instance") {
        @Override
        public MemoryUnfinished.Bends unfinished() {
            return new MemoryUnfinished.Bends() {
                @Override
                public boolean trustsLocalClock() {
                    return true;
                }
            };
        }
    },
    LEASE_KEPT("a lease is never given back") {
        @Override
        public MemoryOrders.Bends orders() {
            return new MemoryOrders.Bends() {
                @Override
                public boolean keepsLease() {
                    return true;
                }
            };
        }
    },
    CONFIRMED_WITHOUT_AUTHORISATION("an order is confirmed although nobody authorised it") {
        @Override
        public Payments money(Payments payments) {
            return (OrderId order, long epoch, Money amount, CardToken card, Duration within) -> new Payments.Answer.Authorised();
        }
    },
    UNKNOWN_TAKEN_FOR_REFUSAL("an authorisation without an answer counts as refused") {
        @Override
        public CardProvider.Bends provider(Dice dice) {
            return new CardProvider.Bends() {
                @Override
                public Answer silence(String operation) {
                    return operation.equals("authorise")
                            ? new Answer.Declined(DeclineReason.CARD_DECLINED)
                            : new Answer.Unanswered();
                }
            };
        }
    },
    UNKNOWN_TAKEN_FOR_DONE("a capture without an answer counts as done") {
        @Override
        public CardProvider.Bends provider(Dice dice) {
            return new CardProvider.Bends() {
                @Override
                public Answer silence(String operation) {
                    return operation.equals("capture") ? new Answer.Done("presumably") : new Answer.Unanswered();
                }
            };
        }
    },
    CAPTURE_UNDER_NEW_KEY("an unknown capture is asked for again under another key") {
        @Override
        public CardProvider.Bends provider(Dice dice) {
            return underNewKey("capture", dice);
        }
    },
    AUTHORISED_UNDER_NEW_KEY("the key under which money is reserved does not follow from the order") {
        @Override
        public CardProvider.Bends provider(Dice dice) {
            return underNewKey("authorise", dice);
        }
    },
    OVERDUE_NOT_SOUGHT("nobody finds out what became of an unknown payment") {
        @Override
        public MemoryPayments.Bends payments() {
            return new MemoryPayments.Bends() {
                @Override
                public boolean findsOverdue() {
                    return false;
                }
            };
        }
    },
    REFUND_NOT_ANNOUNCED("nobody is told that money was given back") {
        @Override
        public MemoryPayments.Bends payments() {
            return new MemoryPayments.Bends() {
                @Override
                public boolean announces(Fact fact) {
                    return !(fact instanceof Fact.Refunded);
                }
            };
        }
    },
    HOLD_STATE_IGNORED("a hold is moved whatever state it is in, so an expiry undoes a sale") {
        @Override
        public MemoryHolds.Bends holds() {
            return new MemoryHolds.Bends() {
                @Override
                public boolean looksAtStatus() {
                    return false;
                }
            };
        }
    },
    RETURN_WITHOUT_PIECES("a cancelled order's hold is returned, its pieces are not") {
        @Override
        public MemoryHolds.Bends holds() {
            return new MemoryHolds.Bends() {
                @Override
                public boolean moves(Move move) {
                    return move != Move.RETURN;
                }
            };
        }
    },
    OVERSOLD("stock is taken without a look at how much there is") {
        @Override
        public MemoryHolds.Bends holds() {
            return new MemoryHolds.Bends() {
                @Override
                public boolean looksAtStock() {
                    return false;
                }
            };
        }
    };

    private final String words;

    Planted(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** The bug of that name, as on a command line; {@link Plant#NONE} for none. */
    public static Plant named(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return Plant.NONE;
        }
        try {
            return valueOf(name);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "expected the name of a planted bug, one of " + List.of(values()) + ", found \"" + name + '"');
        }
    }

    private static MemoryOrders.Bends silentAbout(Class<? extends Order> end) {
        return new MemoryOrders.Bends() {
            @Override
            public boolean announces(Order ended) {
                return !end.isInstance(ended);
            }
        };
    }

    private static CardProvider.Bends underNewKey(String which, Dice dice) {
        return new CardProvider.Bends() {
            @Override
            public IdempotencyKey key(IdempotencyKey key, String operation) {
                return operation.equals(which)
                        ? new IdempotencyKey(HexFormat.of().toHexDigits(dice.nextLong()))
                        : key;
            }

            @Override
            public boolean oncePerAuthorisation() {
                return false;
            }
        };
    }

    /** How one event is published. */
    private interface Publish {
        CompletableFuture<?> publish(StoredEvent event);
    }

    private static Publisher.Publishing publishing(Publisher.Publishing open, Publish publish) {
        return new Publisher.Publishing() {
            @Override
            public CompletableFuture<?> publish(StoredEvent event) {
                return publish.publish(event);
            }

            @Override
            public void close() {
                open.close();
            }
        };
    }
}
