package io.pgprimacy.cli.patroni;

/** The file cannot be taken for a patroni.yml, or not be taken over at all; the message says why. */
public final class NotPatroni extends RuntimeException {
    NotPatroni(String message) {
        super(message);
    }

    NotPatroni(String message, Throwable cause) {
        super(message, cause);
    }
}
