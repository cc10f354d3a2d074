package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import tools.jackson.databind.json.JsonMapper;

/** Saves the WAL that a rewind or a rebuild would throw away, with a summary of what is in it (S9). */
public final class DiscardedWal {
    /** Written last: what lies beside it is whole. The backup worker reads it as {@code io.pgprimacy.backup.wal.DiscardedWal}. */
    public static final String SUMMARY = "summary.json";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final PostgresInstance instance;
    private final InstanceSettings settings;
    private final ClusterId cluster;
    private final IntSupplier incarnation;

    /** @param incarnation of the cluster, as the log has it now */
    public DiscardedWal(PostgresInstance instance, ClusterId cluster, IntSupplier incarnation) {
        this.instance = instance;
        this.settings = instance.settings();
        this.cluster = cluster;
        this.incarnation = incarnation;
    }

    /**
     * @param scan the LSN range, its bytes and its committed transactions
     * @param location the directory that holds the segments
     */
    public record Saved(WalScan scan, Path location, List<String> segments) {}

    /** In which each one has a directory of its own. Nothing is ever removed from it but by a person. */
    public static Path directory(Path stateDirectory) {
        return stateDirectory.resolve("discarded-wal");
    }

    /**
     * Copies what the timeline holds from its switch point on. Twice gives the same; when it returns, the copies are on
     * disk. The instance is stopped, so the end does not move.
     */
    public Saved save(Term term, TimelineId timeline, Lsn switchPoint, Duration bound) {
        ControlData control = instance.controlData();
        WalSegments wal = WalSegments.of(instance, timeline, control.walSegmentBytes());
        WalScan scan = WalScan.of(instance, wal, switchPoint, bound);
        Path location = location(scan);
        try {
            OwnedDirectory.create(
                    directory(settings.stateDirectory()), instance.runner().user());
            OwnedDirectory.create(location, instance.runner().user());
            List<String> segments = new ArrayList<>();
            // What is whole stays as it is: it may be on its way into the repository.
            boolean whole = Files.exists(location.resolve(SUMMARY));
            Lsn lastByte = Lsn.max(new Lsn(scan.end().value() - 1), switchPoint);
            for (long number = wal.numberAt(switchPoint); number <= wal.numberAt(lastByte); number++) {
                if (!whole) {
                    copy(wal.file(number), location.resolve(wal.name(number)));
                }
                segments.add(wal.name(number));
            }
            DurableFile.syncDirectory(settings.stateDirectory());
            DurableFile.syncDirectory(directory(settings.stateDirectory()));
            DurableFile.write(location.resolve(SUMMARY), summary(term, control, scan, segments));
            return new Saved(scan, location, segments);
        } catch (IOException e) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES,
                    "the WAL of timeline " + timeline + " from " + switchPoint + " cannot be saved: " + e.getMessage(),
                    e);
        }
    }

    /** The end is part of the name: where more was written since, by a recovery that a rewind needs, it is another one. */
    private Path location(WalScan scan) {
        return directory(settings.stateDirectory())
                .resolve(String.format(
                                Locale.ROOT,
                                "timeline-%d-from-%s-to-%s",
                                scan.timeline().value(),
                                scan.begin(),
                                scan.end())
                        .replace('/', '-'));
    }

    /** The backup worker is PostgreSQL's user, and reads it. */
    private static void copy(Path segment, Path copy) throws IOException {
        Files.copy(segment, copy, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.giveToOwnerOfDirectory(copy);
        DurableFile.sync(copy);
    }

    private String summary(Term term, ControlData control, WalScan scan, List<String> segments) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("cluster", cluster.value());
        summary.put("incarnation", incarnation.getAsInt());
        summary.put("node", settings.node().value());
        summary.put("term", term.value());
        summary.put("systemIdentifier", control.systemIdentifier().value());
        summary.put("walSegmentSize", control.walSegmentBytes());
        summary.put("timeline", scan.timeline().value());
        summary.put("from", scan.begin().toString());
        summary.put("to", scan.end().toString());
        summary.put("transactions", scan.transactions());
        summary.put("savedAt", Instant.now().toString());
        summary.put("segments", segments);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    }
}
