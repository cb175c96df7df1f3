package io.meridian.deadline.http;

import static org.awaitility.Awaitility.await;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.TimeUnit;

/** Remembers what became of deadlines, in words. */
public final class Heard implements DeadlineListener {

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public void opened(DeadlineScope scope) {
        open.incrementAndGet();
        news.add("opened " + scope.name() + " " + scope.deadline().budget().toMillis());
    }

    @Override
    public void closed(DeadlineScope scope, Duration granted, Duration used) {
        news.add("closed " + scope.ending().map(Enum::name).orElse("in time"));
        open.decrementAndGet();
    }

    @Override
    public void refusedAtEntry(String entry) {
        news.add("refused " + entry);
    }

    @Override
    public void granted(String hop, Duration granted, Duration reserved) {
        news.add("granted " + hop);
    }

    @Override
    public void returned(String hop, Duration granted, Duration reserved, Duration used) {
        news.add("returned " + hop);
    }

    @Override
    public void refusedBeforeDispatch(String hop, Duration left) {
        news.add("not sent " + hop);
    }

    @Override
    public void stopped(Stage stage, Ending ending) {
        news.add("stopped " + stage + " " + ending);
    }

    @Override
    public void missing(Stage stage) {
        news.add("missing " + stage);
    }

    @Override
    public void malformed(String header) {
        news.add("malformed " + header);
    }

    /** The next news. */
    public String next() throws InterruptedException {
        var next = news.poll(60, TimeUnit.SECONDS);
        return next == null ? "nothing in a minute" : next;
    }

    /** The next news that begin otherwise: what an earlier request left to be told may come late. */
    public String nextBut(String... late) throws InterruptedException {
        var next = next();
        while (Arrays.stream(late).anyMatch(next::startsWith)) {
            next = next();
        }
        return next;
    }

    public boolean isQuiet() {
        return news.isEmpty();
    }

    /** Forgets all news, once what was opened has been closed: a caller has its answer a moment before. */
    void forgetWhatHasEnded() {
        await().atMost(Duration.ofSeconds(30)).until(() -> open.get() == 0);
        forget();
    }

    public void forget() {
        news.clear();
    }
}
