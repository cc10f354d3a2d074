package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes a promotion take a timeline number that certainly nobody else has used.
 *
 * <p>PostgreSQL takes the first number above its own timeline for which it sees no history file. A node that was
 * promoted where nobody could see it may have taken the same number, and then everything that compares timelines,
 * {@code pg_rewind} first, believes that the two have one history. So files that hold only a comment are put in the way.
 *
 * <p>They must be cleared wherever no promotion came of it: a standby that starts with one takes the number for the
 * newest timeline, finds that it is no descendant, and never comes up. Below the number of a promotion that happened
 * they must stay, since WAL receivers fetch the file of every number in between.
 */
public final class TimelineReservation {
    private static final String COMMENT = "# reserved by pgprimacy: nobody was promoted to this timeline\n";

    private final Path walDirectory;

    public TimelineReservation(Path dataDirectory) {
        this.walDirectory = dataDirectory.resolve("pg_wal");
    }

    /** Closes all numbers after {@code current} up to and including {@code last}; the next promotion takes a later one. */
    public void reserve(TimelineId current, TimelineId last) {
        for (long number = current.value() + 1; number <= last.value(); number++) {
            Path file = TimelineHistoryFile.of(walDirectory, new TimelineId(number));
            try {
                if (!Files.exists(file)) {
                    DurableFile.write(file, COMMENT);
                }
            } catch (IOException e) {
                throw failure(file, e);
            }
        }
    }

    /** Removes the reservations above every timeline that has really begun; true where there were any. */
    public boolean clear() {
        long newest =
                TimelineHistoryFile.newest(walDirectory).map(TimelineId::value).orElse(1L);
        boolean cleared = false;
        // From the top: were it cut short, the rest would still be a run without gaps that the next call removes.
        for (TimelineId timeline : TimelineHistoryFile.present(walDirectory).reversed()) {
            Path file = TimelineHistoryFile.of(walDirectory, timeline);
            try {
                if (timeline.value() > newest && Files.readString(file).equals(COMMENT)) {
                    cleared |= DurableFile.delete(file);
                }
            } catch (IOException e) {
                throw failure(file, e);
            }
        }
        return cleared;
    }

    private static PostgresFailure failure(Path file, IOException e) {
        return new PostgresFailure(PostgresFailure.Reason.FILES, file + " cannot be changed: " + e.getMessage(), e);
    }
}
