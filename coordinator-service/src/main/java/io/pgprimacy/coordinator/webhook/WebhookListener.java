package io.pgprimacy.coordinator.webhook;

import java.time.Duration;

/** For metrics. */
public interface WebhookListener {
    void delivered(String webhook);

    /** After a few tries; it is tried again. {@code waiting}: since the event happened. */
    void notTaken(String webhook, Duration waiting);

    /** The receiver never gets this one. */
    void givenUp(String webhook);
}
