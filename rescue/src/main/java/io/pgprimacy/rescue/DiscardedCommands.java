package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.restore.EmptyDirectory;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.Retries;
import io.pgprimacy.backup.restore.StoredDiscardedWal;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedWal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What old primaries had and nobody else: listed, and brought back to be read. */
final class DiscardedCommands {
    private DiscardedCommands() {}

    @Command(
            name = "discarded",
            description = {
                "Lists WAL that did not become history: what an old primary had beyond the point where its successor took over,",
                "stored before its data was rewound or replaced. It is never removed by itself."
            },
            mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        private static final String ROW = "%-16s %4s  %-12s %-20s %8s  %-20s %-20s %6s %12s  %s%n";

        @Mixin
        ListOptions options = new ListOptions();

        @Override
        public Integer call() throws IOException {
            Discarded discarded = Discarded.in(options.bucket(), options.cluster);
            return options.print(discarded, discarded.unreadable(), () -> {
                System.out.printf(
                        ROW, "CLUSTER", "INC", "NODE", "SAVED", "TIMELINE", "FROM", "TO", "TXNS", "BYTES", "ID");
                discarded.summaries().forEach(s -> print(s.wal()));
            });
        }

        private static void print(DiscardedWal wal) {
            System.out.printf(
                    ROW,
                    wal.cluster(),
                    wal.incarnation(),
                    wal.node(),
                    wal.savedAt(),
                    wal.timeline(),
                    wal.from(),
                    wal.to(),
                    wal.transactions(),
                    wal.bytes(),
                    wal.place().id());
        }
    }

    @Command(
            name = "fetch-discarded",
            description = {
                "Brings discarded WAL back into a directory: decrypted, every byte verified, as segments that pg_waldump reads.",
                "It cannot be replayed onto the cluster: look at what was written, and write it again."
            },
            mixinStandardHelpOptions = true)
    static final class Fetch implements Callable<Integer> {
        @Mixin
        RepositoryOptions repository = new RepositoryOptions();

        @Mixin
        RepositoryOptions.Keys keys = new RepositoryOptions.Keys();

        @Parameters(paramLabel = "ID", description = "As 'discarded' lists it.")
        String id = "";

        @Option(names = "--cluster", paramLabel = "NAME", description = "Whose, where several have one of that ID.")
        String cluster = "";

        @Option(
                names = "--into",
                required = true,
                paramLabel = "DIRECTORY",
                description = "An empty one, or one that is not there.")
        @Nullable
        Path directory;

        @Override
        public Integer call() throws IOException {
            Path target = Objects.requireNonNull(directory, "picocli requires it");
            Bucket bucket = repository.open();
            StoredDiscardedWal stored = StoredDiscardedWal.open(place(bucket), keys.read(), bucket);
            EmptyDirectory.require(target);
            Files.createDirectories(target);
            DiscardedWal wal = stored.summary().wal();
            for (String segment : wal.segments()) {
                fetch(stored, segment, target);
            }
            Files.writeString(target.resolve("summary.json"), Json.indented().writeValueAsString(wal) + "\n");
            System.out.println("fetched " + wal.segments().size() + " segments with " + wal.transactions()
                    + " transactions that did not become history; look at them with");
            System.out.println("  pg_waldump --path=" + target + " --start=" + wal.from() + " --end=" + wal.to() + " "
                    + wal.segments().getFirst() + " " + wal.segments().getLast());
            return 0;
        }

        private DiscardedPlace place(Bucket bucket) throws IOException {
            List<DiscardedPlace> found = Discarded.places(bucket, cluster).stream()
                    .filter(p -> p.id().value().equals(id))
                    .toList();
            if (found.size() != 1) {
                throw new RestoreRefused(
                        found.isEmpty()
                                ? "there is no discarded WAL " + id
                                : "several have that ID: "
                                        + found.stream()
                                                .map(DiscardedPlace::directory)
                                                .toList(),
                        "pgprimacy rescue discarded lists what there is; --cluster names one");
            }
            return found.getFirst();
        }

        /** Under its own name only when all of it was verified. */
        private static void fetch(StoredDiscardedWal stored, String segment, Path target) throws IOException {
            Path next = target.resolve(segment + ".next");
            Retries.run(() -> {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(next))) {
                    return stored.copy(segment, out);
                }
            });
            Files.move(next, target.resolve(segment));
        }
    }
}
