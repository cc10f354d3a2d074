package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Saves the WAL that a rewind or a rebuild would throw away, with a summary of what is in it (S9). */
public final class DiscardedWal {
    private final PostgresInstance instance;
    private final InstanceSettings settings;

    public DiscardedWal(PostgresInstance instance) {
        this.instance = instance;
        this.settings = instance.settings();
    }

    /**
     * @param scan the LSN range, its bytes and its committed transactions
     * @param location the directory that holds the segments
     */
    public record Saved(WalScan scan, Path location, List<String> segments) {}

    /**
     * Copies what the timeline holds from its switch point on. Twice gives the same; when it returns, the copies are on
     * disk. The instance is stopped, so the end does not move.
     */
    public Saved save(TimelineId timeline, Lsn switchPoint, Duration bound) {
        WalSegments wal =
                WalSegments.of(instance, timeline, instance.controlData().walSegmentBytes());
        WalScan scan = WalScan.of(instance, wal, switchPoint, bound);
        Path location = settings.stateDirectory()
                .resolve("discarded-wal")
                .resolve(String.format(
                        Locale.ROOT,
                        "timeline-%d-from-%s",
                        timeline.value(),
                        switchPoint.toString().replace('/', '-')));
        try {
            Files.createDirectories(location);
            List<String> segments = new ArrayList<>();
            Lsn lastByte = Lsn.max(new Lsn(scan.end().value() - 1), switchPoint);
            for (long number = wal.numberAt(switchPoint); number <= wal.numberAt(lastByte); number++) {
                copy(wal.file(number), location.resolve(wal.name(number)));
                segments.add(wal.name(number));
            }
            DurableFile.write(location.resolve("SUMMARY"), summary(scan, segments));
            return new Saved(scan, location, segments);
        } catch (IOException e) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES,
                    "the WAL of timeline " + timeline + " from " + switchPoint + " cannot be saved: " + e.getMessage(),
                    e);
        }
    }

    private static void copy(Path segment, Path copy) throws IOException {
        Files.copy(segment, copy, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.sync(copy);
    }

    private String summary(WalScan scan, List<String> segments) {
        return "node=" + settings.node() + "\ntimeline=" + scan.timeline() + "\nfrom=" + scan.begin() + "\nto="
                + scan.end() + "\nbytes=" + scan.bytes() + "\ntransactions=" + scan.transactions() + "\nsegments="
                + String.join(",", segments) + "\n";
    }
}
