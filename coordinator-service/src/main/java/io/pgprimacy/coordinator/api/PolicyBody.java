package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.config.Retention;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

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
    /** Refused here, before anything is in the log: a policy that says nothing, or nonsense. */
    Retention policy() {
        return Retention.of(
                        number("full", full),
                        duration(),
                        number("daily", daily),
                        number("weekly", weekly),
                        number("monthly", monthly))
                .orElseThrow(() -> new ApiFailure(
                        ErrorCode.INVALID_REQUEST,
                        "the policy keeps nothing",
                        "set one of full, window, daily, weekly, monthly; or leave all out where one is configured"));
    }

    boolean saysNothing() {
        return full == null && window == null && daily == null && weekly == null && monthly == null;
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
