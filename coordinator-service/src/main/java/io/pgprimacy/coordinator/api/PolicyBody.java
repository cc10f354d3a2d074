package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which backups are to be kept. What is left out keeps nothing.
 *
 * @param full so many good full backups, with all that rests upon them and all WAL since
 * @param window every moment since so long ago, such as {@code 7d}
 * @param daily the newest good backup of each of so many days
 */
record PolicyBody(
        @Nullable Integer full,
        @Nullable String window,
        @Nullable Integer daily,
        @Nullable Integer weekly,
        @Nullable Integer monthly) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Refused here, before anything is in the log: a policy that says nothing, or nonsense. */
    Request.RetentionRequested request(String id, Request.Origin origin) {
        Request.RetentionRequested request = new Request.RetentionRequested(
                id,
                origin,
                number("full", full),
                duration(),
                number("daily", daily),
                number("weekly", weekly),
                number("monthly", monthly));
        if (request.full() + request.daily() + request.weekly() + request.monthly() == 0
                && request.window().isZero()) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "the policy keeps nothing",
                    "set one of full, window, daily, weekly, monthly");
        }
        return request;
    }

    /** As the storage service takes it. */
    ObjectNode document() {
        ObjectNode document = JSON.createObjectNode();
        document.put("full", number("full", full));
        document.put("window", duration().toSeconds() + "s");
        document.put("daily", number("daily", daily));
        document.put("weekly", number("weekly", weekly));
        document.put("monthly", number("monthly", monthly));
        return document;
    }

    private Duration duration() {
        try {
            Duration given = window == null ? Duration.ZERO : DurationStyle.detectAndParse(window);
            if (given.isNegative()) {
                throw new IllegalArgumentException("it is negative");
            }
            return given;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST, "window '" + window + "' is no duration", "write it as 7d or 36h", e);
        }
    }

    private static int number(String name, @Nullable Integer given) {
        int number = given == null ? 0 : given;
        if (number < 0) {
            throw new ApiFailure(ErrorCode.INVALID_REQUEST, name + " is " + number, "it counts backups: 0 or more");
        }
        return number;
    }
}
