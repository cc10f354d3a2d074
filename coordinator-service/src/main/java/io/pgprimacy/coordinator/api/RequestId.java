package io.pgprimacy.coordinator.api;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * What a request is called in the log. A caller that names a key gets the same name for it each time, at any coordinator: the log takes a
 * request that has been answered for nothing, and one that waits for its answer once.
 */
final class RequestId {
    static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,200}");

    private RequestId() {}

    /** Of the call that this thread answers. */
    static String ofCall() {
        return key().map(RequestId::of).orElseGet(() -> UUID.randomUUID().toString());
    }

    static String of(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    HEADER + " is not 1 to 200 visible ASCII characters",
                    "take a UUID, a new one for each thing that you ask for");
        }
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.US_ASCII)).toString();
    }

    private static Optional<String> key() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                ? Optional.ofNullable(call.getRequest().getHeader(HEADER))
                : Optional.empty();
    }
}
