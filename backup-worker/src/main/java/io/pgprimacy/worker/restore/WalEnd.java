package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes {@code pg_wal} end where recovery has stopped, as if a standby had received no more: PostgreSQL would replay on when it starts again. On
 * a directory on which nothing runs.
 */
final class WalEnd {
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");

    private final Path wal;
    private final long segmentSize;
    private final Ancestry ancestry;

    WalEnd(Path data, long segmentSize, Ancestry ancestry) {
        this.wal = data.resolve("pg_wal");
        this.segmentSize = segmentSize;
        this.ancestry = ancestry;
    }

    /** The timeline that a position of this history is on; a switch itself is still on the older one. */
    TimelineId timelineOf(Lsn position) {
        return ancestry.ends().entrySet().stream()
                .filter(e -> !position.isAfter(e.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(ancestry.timeline());
    }

    /** The newest file that there is of the segment with that position. */
    Optional<WalSegment> segmentWith(Lsn position) throws IOException {
        long number = WalSegment.containing(ancestry.timeline(), position, segmentSize)
                .number();
        return segments().stream()
                .filter(s -> s.number() == number)
                .max((a, b) -> a.timeline().compareTo(b.timeline()));
    }

    void cut(Lsn end) throws IOException {
        TimelineId timeline = timelineOf(end);
        Optional<WalSegment> last = segmentWith(end);
        byte[] beginning = null;
        if (last.isPresent() && last.get().start().isBefore(end)) {
            beginning = Files.readAllBytes(wal.resolve(last.get().name()));
            Arrays.fill(beginning, Math.toIntExact(end.minus(last.get().start())), beginning.length, (byte) 0);
        }
        long from = WalSegment.containing(timeline, end, segmentSize).number();
        for (WalSegment segment : segments()) {
            if (segment.number() >= from) {
                remove(segment.name());
            }
        }
        if (beginning != null) {
            Durable.write(wal.resolve(last.orElseThrow().on(timeline).name()), beginning);
        }
        removeOthers(timeline);
        Durable.sync(wal);
    }

    /** Histories of timelines that begin after the end, and what a restore_command had half done. */
    private void removeOthers(TimelineId timeline) throws IOException {
        for (String name : names()) {
            Matcher history = HISTORY.matcher(name);
            boolean later = history.matches() && Long.parseLong(history.group(1), 16) > timeline.value();
            if (later || name.endsWith(".partial") || name.startsWith("RECOVERY")) {
                remove(name);
            }
        }
    }

    private void remove(String name) throws IOException {
        Files.deleteIfExists(wal.resolve(name));
        Files.deleteIfExists(wal.resolve("archive_status").resolve(name + ".done"));
        Files.deleteIfExists(wal.resolve("archive_status").resolve(name + ".ready"));
    }

    private List<WalSegment> segments() throws IOException {
        return names().stream()
                .flatMap(name -> WalSegment.parse(name, segmentSize).stream())
                .toList();
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(wal, Files::isRegularFile)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        return names;
    }
}
