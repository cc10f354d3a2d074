package io.pgprimacy.backup.retention;

import java.time.Duration;

/**
 * What is to be kept. A backup goes only where nothing here keeps it; a part that is zero keeps nothing. Days, weeks and months are those of
 * UTC, and only such count that have a good backup: "7 daily" are the last seven days on which one was taken.
 *
 * @param full so many good full backups, all that rests on them, and all WAL since the oldest of them
 * @param window every moment since so long ago can be recovered to
 * @param daily the newest good backup of each of so many days
 * @param weekly of each of so many ISO weeks
 * @param monthly of each of so many months
 */
public record RetentionPolicy(int full, Duration window, int daily, int weekly, int monthly) {
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofDays(100 * 366L);

    public RetentionPolicy {
        within("full", full);
        within("daily", daily);
        within("weekly", weekly);
        within("monthly", monthly);
        if (window.isNegative() || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("window " + window + " is not between nothing and a hundred years");
        }
        // An empty policy would keep the last good backup and throw all others away: never what somebody means who
        // forgot to set it.
        if (full + daily + weekly + monthly == 0 && window.isZero()) {
            throw new IllegalArgumentException(
                    "the policy keeps nothing: set one of full, window, daily, weekly, monthly");
        }
    }

    private static void within(String name, int number) {
        if (number < 0 || number > MOST) {
            throw new IllegalArgumentException(name + " is " + number + ", and must be 0 to " + MOST);
        }
    }
}
