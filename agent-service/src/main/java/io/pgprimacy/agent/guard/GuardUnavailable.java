package io.pgprimacy.agent.guard;

/** There is no working guard; without one this node must not be a primary. */
public final class GuardUnavailable extends RuntimeException {
    GuardUnavailable(String message) {
        super(message);
    }

    GuardUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
