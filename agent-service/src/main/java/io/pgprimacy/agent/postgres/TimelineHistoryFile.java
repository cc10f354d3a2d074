package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's {@code 0000000N.history}: which timelines N descends from, and where each of them ended. */
public final class TimelineHistoryFile {
    private static final Pattern NAME = Pattern.compile("[0-9A-F]{8}\\.history");

    private TimelineHistoryFile() {}

    static Path of(Path walDirectory, TimelineId timeline) {
        return walDirectory.resolve(String.format(Locale.ROOT, "%08X.history", timeline.value()));
    }

    /** The switches in order, the last one being the birth of {@code timeline}; empty for a reserved number. */
    public static List<TimelineHistory.Switch> parse(TimelineId timeline, String text) {
        List<TimelineId> parents = new ArrayList<>();
        List<Lsn> points = new ArrayList<>();
        text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(line -> {
                    String[] words = line.split("\\s+");
                    parents.add(new TimelineId(Long.parseLong(words[0])));
                    points.add(Lsn.parse(words[1]));
                });
        List<TimelineHistory.Switch> switches = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            TimelineId child = i + 1 < parents.size() ? parents.get(i + 1) : timeline;
            switches.add(new TimelineHistory.Switch(parents.get(i), child, points.get(i)));
        }
        return switches;
    }

    /** Timeline 1 and those whose file is not here have no history. */
    public static List<TimelineHistory.Switch> read(Path walDirectory, TimelineId timeline) {
        Path file = of(walDirectory, timeline);
        try {
            return Files.exists(file) ? parse(timeline, Files.readString(file)) : List.of();
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** All numbers that have a file here, reserved ones included, in ascending order. */
    static List<TimelineId> present(Path walDirectory) {
        try (Stream<Path> files = Files.list(walDirectory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .map(name -> new TimelineId(Long.parseLong(name.substring(0, 8), 16)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES, walDirectory + " cannot be listed: " + e.getMessage(), e);
        }
    }

    /** The highest timeline that has really begun, as far as the files here tell. */
    static Optional<TimelineId> newest(Path walDirectory) {
        return present(walDirectory).reversed().stream()
                .filter(timeline -> !read(walDirectory, timeline).isEmpty())
                .findFirst();
    }
}
