package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where another agent's request for a promise waits until the loop's thread has seen to it. One at a time: a loop that hangs, on its disk for
 * instance, must not take all threads of the HTTP port with it, and each heartbeat interval brings another request.
 */
final class PromiseDesk implements Function<PromiseRequest, Optional<PromiseAnswer>> {
    private static final Logger LOG = LoggerFactory.getLogger(PromiseDesk.class);

    private final Mailbox mailbox;
    private final UptimeClock clock;
    private final Semaphore place = new Semaphore(1);

    PromiseDesk(Mailbox mailbox, UptimeClock clock) {
        this.mailbox = mailbox;
        this.clock = clock;
    }

    /** Empty where another one waits, no answer comes while the request is of use, or no promise can be made durable. */
    @Override
    public Optional<PromiseAnswer> apply(PromiseRequest request) {
        if (!place.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return await(request);
        } finally {
            place.release();
        }
    }

    private Optional<PromiseAnswer> await(PromiseRequest request) {
        CompletableFuture<PromiseAnswer> answer = new CompletableFuture<>();
        mailbox.post(loop -> {
            try {
                answer.complete(loop.asked(request, clock.now()));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return Optional.of(answer.get(request.length().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("nothing could be promised to {}", request.from(), e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("the request of {} for a promise waited for longer than it is of use", request.from());
        }
        return Optional.empty();
    }
}
