package io.pgprimacy.storage.api;

import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.store.StoreRefused;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every failure as a problem document (RFC 9457) with a stable {@code code} and a hint; never a stack trace. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    /** As long as the breaker stays open. */
    private static final String RETRY_AFTER_SECONDS = "5";

    private static final int LONGEST_DETAIL = 500;

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Refusal refusal) {
        HttpStatus status =
                switch (refusal.reason()) {
                    case NAME_NOT_ALLOWED -> HttpStatus.FORBIDDEN;
                    case ALREADY_COMMITTED, WOULD_OVERWRITE, INCOMPLETE, TOO_LATE, STALE_TERM, OTHER_SYSTEM ->
                        HttpStatus.CONFLICT;
                    case UNKNOWN -> HttpStatus.NOT_FOUND;
                };
        String code = refusal.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return answer(
                status,
                code,
                refusal.getMessage(),
                "nothing was changed; docs/reference/storage-api.md says what is allowed");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreachable(RestoreRefused refused) {
        return answer(HttpStatus.CONFLICT, "unreachable", refused.getMessage(), refused.hint());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unauthorized(Tokens.Unauthorized failure) {
        return answer(
                HttpStatus.UNAUTHORIZED,
                "unauthorized",
                failure.getMessage(),
                "send it as: Authorization: Bearer TOKEN");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notAllowed(Tokens.NotAllowed failure) {
        return answer(
                HttpStatus.FORBIDDEN,
                "wrong-token",
                failure.getMessage(),
                "docs/reference/storage-api.md says which token opens what");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalid(IllegalArgumentException failure) {
        return answer(
                HttpStatus.BAD_REQUEST,
                "invalid-request",
                failure.getMessage(),
                "docs/reference/storage-api.md describes what is expected");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> away(StoreUnavailable failure) {
        LOG.warn("{}", failure.getMessage());
        ResponseEntity<ProblemDetail> answer =
                answer(HttpStatus.SERVICE_UNAVAILABLE, "store-unavailable", failure.getMessage(), "ask again later");
        return ResponseEntity.status(answer.getStatusCode())
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .body(answer.getBody());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refusedByStore(StoreRefused failure) {
        LOG.error("{}", failure.getMessage());
        return answer(
                HttpStatus.BAD_GATEWAY,
                "store-refused",
                failure.getMessage(),
                "look at the bucket, its policy and this service's credentials");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unexpected(Exception failure) {
        LOG.error("a request failed", failure);
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal",
                "the storage service could not handle this request",
                "this is a bug; the service's log has the details");
    }

    /** What Spring itself found wrong: a path, a method, a body that cannot be read. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String detail = NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
        String shown = String.valueOf(detail);
        HttpStatus known = HttpStatus.valueOf(status.value());
        ResponseEntity<ProblemDetail> answer = answer(
                known,
                known.is4xxClientError() ? "invalid-request" : "internal",
                shown.substring(0, Math.min(shown.length(), LONGEST_DETAIL)),
                "docs/reference/storage-api.md describes what is expected");
        return ResponseEntity.status(status).headers(headers).body(answer.getBody());
    }

    private static ResponseEntity<ProblemDetail> answer(
            HttpStatus status, String code, @Nullable String message, String hint) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(message));
        problem.setProperty("code", code);
        problem.setProperty("hint", hint);
        return ResponseEntity.status(status).body(problem);
    }
}
