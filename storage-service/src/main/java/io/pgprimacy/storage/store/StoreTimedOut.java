package io.pgprimacy.storage.store;

/** No answer within the time of one request. Not tried again here: whoever asked has no patience left for a second such time. */
public final class StoreTimedOut extends StoreUnavailable {
    public StoreTimedOut(String message, Throwable cause) {
        super(message, cause);
    }
}
