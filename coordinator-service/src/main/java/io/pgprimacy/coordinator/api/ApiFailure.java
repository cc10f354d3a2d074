package io.pgprimacy.coordinator.api;

import org.jspecify.annotations.Nullable;

/** A no with its reason and a hint what to do. */
final class ApiFailure extends RuntimeException {
    private final ErrorCode code;
    private final String hint;

    ApiFailure(ErrorCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    ApiFailure(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.hint = hint;
    }

    ErrorCode code() {
        return code;
    }

    String hint() {
        return hint;
    }
}
