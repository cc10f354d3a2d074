package io.pgprimacy.coordinator.api;

import org.springframework.http.HttpStatus;

/** Every way in which the interface says no. The code is stable; programs may rely on it. */
public enum ErrorCode {
    UNKNOWN_CLUSTER("unknown-cluster", Category.OPERATOR, HttpStatus.NOT_FOUND),
    UNKNOWN_NODE("unknown-node", Category.OPERATOR, HttpStatus.NOT_FOUND),
    UNKNOWN_OPERATION("unknown-operation", Category.OPERATOR, HttpStatus.NOT_FOUND),
    NOTHING_TO_EXPLAIN("nothing-to-explain", Category.OPERATOR, HttpStatus.NOT_FOUND),
    UNKNOWN_ADDRESS("unknown-address", Category.OPERATOR, HttpStatus.NOT_FOUND),
    INVALID_REQUEST("invalid-request", Category.OPERATOR, HttpStatus.BAD_REQUEST),
    MISSING_REASON("missing-reason", Category.OPERATOR, HttpStatus.BAD_REQUEST),
    UNAUTHORIZED("unauthorized", Category.OPERATOR, HttpStatus.UNAUTHORIZED),
    TOO_MANY_ATTEMPTS("too-many-attempts", Category.OPERATOR, HttpStatus.TOO_MANY_REQUESTS),
    NO_OPERATORS("no-operators", Category.ENVIRONMENT, HttpStatus.FORBIDDEN),
    NOT_YOUR_NAME("not-your-name", Category.OPERATOR, HttpStatus.FORBIDDEN),
    KEY_REUSED("key-reused", Category.OPERATOR, HttpStatus.UNPROCESSABLE_CONTENT),
    CONFIG_CHANGED("config-changed", Category.OPERATOR, HttpStatus.PRECONDITION_FAILED),
    CLUSTER_EXISTS("cluster-exists", Category.OPERATOR, HttpStatus.CONFLICT),
    WEAK_TOPIC("weak-topic", Category.ENVIRONMENT, HttpStatus.CONFLICT),
    STILL_READING("still-reading", Category.ENVIRONMENT, HttpStatus.SERVICE_UNAVAILABLE),
    UNKNOWN_BACKUP("unknown-backup", Category.OPERATOR, HttpStatus.NOT_FOUND),
    UNKNOWN_LOG("unknown-log", Category.OPERATOR, HttpStatus.NOT_FOUND),
    STORED_LOG_DAMAGED("stored-log-damaged", Category.ENVIRONMENT, HttpStatus.CONFLICT),
    UNREACHABLE_TARGET("unreachable-target", Category.OPERATOR, HttpStatus.CONFLICT),
    STORAGE_REFUSED("storage-refused", Category.OPERATOR, HttpStatus.CONFLICT),
    STORAGE_UNAVAILABLE("storage-unavailable", Category.ENVIRONMENT, HttpStatus.SERVICE_UNAVAILABLE),
    LOG_UNAVAILABLE("log-unavailable", Category.ENVIRONMENT, HttpStatus.SERVICE_UNAVAILABLE),
    TOO_MANY_WATCHERS("too-many-watchers", Category.ENVIRONMENT, HttpStatus.SERVICE_UNAVAILABLE),
    INTERNAL("internal", Category.INTERNAL, HttpStatus.INTERNAL_SERVER_ERROR);

    /** Whose turn it is: the caller's, the installation's, or ours. */
    public enum Category {
        OPERATOR,
        ENVIRONMENT,
        INTERNAL
    }

    private final String code;
    private final Category category;
    private final HttpStatus status;

    ErrorCode(String code, Category category, HttpStatus status) {
        this.code = code;
        this.category = category;
        this.status = status;
    }

    public String code() {
        return code;
    }

    public Category category() {
        return category;
    }

    public HttpStatus status() {
        return status;
    }
}
