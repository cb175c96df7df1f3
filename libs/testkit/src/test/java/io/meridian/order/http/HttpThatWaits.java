package io.meridian.order.http;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;

/** Breach: each of these may wait for ever. */
public final class HttpThatWaits {

    public String takes(ArrayBlockingQueue<String> queue) throws Exception {
        return queue.take();
    }

    public void puts(ArrayBlockingQueue<String> queue) throws Exception {
        queue.put("");
    }

    public void joins(Thread thread) throws Exception {
        thread.join();
    }

    public String gets(Future<String> future) throws Exception {
        return future.get();
    }

    public String getsCompletable(CompletableFuture<String> future) throws Exception {
        return future.get();
    }

    public String joinsCompletable(CompletableFuture<String> future) {
        return future.join();
    }

    public Callable<String> getsByReference(Future<String> future) {
        return future::get;
    }

    public void awaitsLatch(CountDownLatch latch) throws Exception {
        latch.await();
    }

    public void awaitsCondition(Condition condition) throws Exception {
        condition.await();
    }

    public void acquires(Semaphore semaphore) throws Exception {
        semaphore.acquire();
    }

    public void invokesAll(ExecutorService threads) throws Exception {
        threads.invokeAll(List.of());
    }

    public int waitsForProcess(Process process) throws Exception {
        return process.waitFor();
    }

    public void waitsForNotice() throws Exception {
        synchronized (this) {
            wait();
        }
    }
}
