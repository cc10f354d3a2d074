package io.pgprimacy.core.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which backups are to be kept. Each part keeps some, none takes away what another one keeps, and what is 0 keeps nothing.
 *
 * @param full so many good full backups, with all that rests upon them and all WAL since
 * @param window every moment since so long ago
 * @param daily the newest good backup of each of so many days; weekly and monthly the same of weeks and months
 */
public record Retention(int full, Duration window, int daily, int weekly, int monthly) {
    public static final List<String> PARTS = List.of("full", "window", "daily", "weekly", "monthly");

    public Retention {
        if (!keepsSomething(full, window, daily, weekly, monthly)) {
            throw new IllegalArgumentException(
                    "retention counts backups and days, and one that keeps nothing is never meant; set one of full, window, daily, weekly, monthly");
        }
    }

    /** Empty where that keeps nothing, or is no retention at all. */
    public static Optional<Retention> of(int full, Duration window, int daily, int weekly, int monthly) {
        return keepsSomething(full, window, daily, weekly, monthly)
                ? Optional.of(new Retention(full, window, daily, weekly, monthly))
                : Optional.empty();
    }

    private static boolean keepsSomething(int full, Duration window, int daily, int weekly, int monthly) {
        return IntStream.of(full, daily, weekly, monthly).allMatch(n -> n >= 0)
                && !window.isNegative()
                && (IntStream.of(full, daily, weekly, monthly).anyMatch(n -> n > 0) || window.isPositive());
    }

    /** Whatever the other one keeps this one keeps too. */
    public boolean keepsAllThat(Retention other) {
        return full >= other.full
                && window.compareTo(other.window) >= 0
                && daily >= other.daily
                && weekly >= other.weekly
                && monthly >= other.monthly;
    }

    /** "2 full, every moment of 7 days, 6 monthly". */
    public String sentence() {
        List<String> parts = new ArrayList<>();
        add(parts, full, "full");
        if (!window.isZero()) {
            parts.add("every moment of "
                    + (window.toHours() % 24 == 0 ? window.toDays() + " days" : window.toHours() + " hours"));
        }
        add(parts, daily, "daily");
        add(parts, weekly, "weekly");
        add(parts, monthly, "monthly");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, int number, String what) {
        if (number > 0) {
            parts.add(number + " " + what);
        }
    }
}
