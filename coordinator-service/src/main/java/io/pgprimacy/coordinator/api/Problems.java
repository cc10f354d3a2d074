package io.pgprimacy.coordinator.api;

import io.pgprimacy.log.WeakTopicException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every failure as a problem document (RFC 9457) with {@code code} and {@code hint}; never a stack trace. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(ApiFailure failure) {
        return answer(failure.code(), String.valueOf(failure.getMessage()), failure.hint());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> weak(WeakTopicException failure) {
        return answer(
                ErrorCode.WEAK_TOPIC,
                String.valueOf(failure.getMessage()),
                "repair the topic, or run the coordinator with --pgprimacy.sandbox=true where nothing can be lost");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unexpected(Exception failure) {
        LOG.error("a request to the API failed", failure);
        return answer(
                ErrorCode.INTERNAL,
                "the coordinator could not handle this request",
                "this is a bug; the coordinator's log has the details");
    }

    private static ResponseEntity<ProblemDetail> answer(ErrorCode code, String message, String hint) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(code.status(), message);
        return ResponseEntity.status(code.status()).body(decorated(problem, code, hint));
    }

    private static ProblemDetail decorated(ProblemDetail problem, ErrorCode code, String hint) {
        problem.setProperty("code", code.code());
        problem.setProperty("category", code.category().name().toLowerCase(java.util.Locale.ROOT));
        problem.setProperty("hint", hint);
        return problem;
    }

    /** What Spring itself refuses: unknown addresses, unreadable bodies, wrong methods. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = body instanceof ProblemDetail given ? given : ProblemDetail.forStatus(status);
        if (status.value() == 404) {
            decorated(problem, ErrorCode.UNKNOWN_ADDRESS, "GET /v3/api-docs describes every address");
        } else {
            decorated(problem, ErrorCode.INVALID_REQUEST, "GET /v3/api-docs describes what is expected");
        }
        return super.handleExceptionInternal(failure, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Throwable cause = failure.getMostSpecificCause();
        String first = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, "the body cannot be read: " + first);
        return handleExceptionInternal(failure, problem, headers, status, request);
    }
}
