package io.meridian.deadline.http;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.HttpDeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.TomcatDeadlineAutoConfiguration;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A service with a servlet door and handlers that wait. */
@SpringBootConfiguration
@ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    DeadlineAutoConfiguration.class,
    HttpDeadlineAutoConfiguration.class,
    TomcatDeadlineAutoConfiguration.class
})
public class Door {

    @Bean
    Heard heard() {
        return new Heard();
    }

    /** Remembers how its waiting ended. */
    @RestController
    public static class Handlers {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private volatile CountDownLatch door = new CountDownLatch(1);
        private volatile @Nullable SseEmitter stream;

        /** What happened next in a handler. */
        public String next() throws InterruptedException {
            var next = events.poll(60, TimeUnit.SECONDS);
            return next == null ? "nothing in a minute" : next;
        }

        public void forget() {
            events.clear();
            door = new CountDownLatch(1);
        }

        /** Lets everybody who waits go on. */
        public void open() {
            door.countDown();
        }

        public SseEmitter stream() {
            return java.util.Objects.requireNonNull(stream);
        }

        @GetMapping("/quick")
        String quick() {
            return "here";
        }

        @GetMapping("/blocked")
        String blocked() throws InterruptedException {
            return waiting();
        }

        @GetMapping("/routes/long")
        String longer() {
            return "here";
        }

        @GetMapping("/ordered")
        String ordered(HttpServletResponse response) throws InterruptedException {
            response.setHeader("Location", "/orders/7");
            return waiting();
        }

        @GetMapping("/words-it")
        String wordsIt() throws InterruptedException {
            try {
                return waiting();
            } catch (InterruptedException e) {
                throw new IllegalArgumentException("worded", e);
            }
        }

        @ExceptionHandler(IllegalArgumentException.class)
        ResponseEntity<String> worded() {
            return ResponseEntity.internalServerError().body("our own words");
        }

        @GetMapping("/sends-error")
        void sendsError(HttpServletResponse response) throws IOException {
            try {
                waiting();
            } catch (InterruptedException e) {
                response.sendError(503);
            }
        }

        @GetMapping("/fails")
        void fails(HttpServletResponse response) throws IOException {
            response.sendError(503);
        }

        @GetMapping("/late")
        String late() {
            try {
                return waiting();
            } catch (InterruptedException e) {
                return "better late";
            }
        }

        /** As when a hop that keeps something back is over before the deadline is. */
        @GetMapping("/cut")
        String cut() {
            throw new ScopeEndedException(Ending.EXPIRED, "waiting for stock");
        }

        @GetMapping("/torn")
        void torn(OutputStream body) throws Exception {
            body.write("a part of".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            body.flush();
            waiting();
        }

        @GetMapping("/deferred")
        DeferredResult<String> deferred() {
            return new DeferredResult<>();
        }

        @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        SseEmitter streaming() {
            var emitter = new SseEmitter(0L);
            stream = emitter;
            var scope = DeadlineScope.current().orElseThrow();
            scope.onEnd(ending -> events.add(ending.name()));
            events.add("streaming");
            return emitter;
        }

        @PostMapping("/read")
        String read(@RequestBody byte[] body, @RequestParam(defaultValue = "false") boolean andWait)
                throws InterruptedException {
            return body.length + " " + Arrays.hashCode(body) + (andWait ? waiting() : "");
        }

        private String waiting() throws InterruptedException {
            var scope = DeadlineScope.current().orElseThrow();
            events.add("waiting");
            try {
                door.await();
                return "let in";
            } catch (InterruptedException e) {
                events.add(scope.ending().map(Enum::name).orElse("interrupted for nothing"));
                throw e;
            }
        }
    }
}
