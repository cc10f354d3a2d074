package io.pgprimacy.rescue;

import io.pgprimacy.backup.drill.Drill;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.restore.EmptyDirectory;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredBackup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "drill",
        description = {
            "Restores a backup into a scratch directory, starts PostgreSQL on it where nobody can reach it, checks all of it, and removes it.",
            "Run it as the user that PostgreSQL runs as. A backup that passes is marked as proven in the bucket, with the time that it took."
        },
        mixinStandardHelpOptions = true)
final class DrillCommand implements Callable<Integer> {
    private static final Drill.Listener QUIET = new Drill.Listener() {
        @Override
        public void step(String step) {}

        @Override
        public void restored(long bytes) {}
    };

    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    RepositoryOptions.Keys keys = new RepositoryOptions.Keys();

    @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "Whose backup.")
    String cluster = "";

    @Option(names = "--backup", paramLabel = "ID", description = "Which one (default: ${DEFAULT-VALUE}).")
    String backup = "latest";

    @Option(
            names = "--scratch",
            required = true,
            paramLabel = "DIR",
            description = "Where; not there, or empty, with room for the whole cluster. Removed in the end.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path scratch;

    @Option(names = "--pg-bin", paramLabel = "DIR", description = "PostgreSQL's programs.")
    @Nullable
    Path programs;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "A superuser of the cluster (default: ${DEFAULT-VALUE}).")
    String user = "postgres";

    @Option(names = "--keep", description = "Leave the scratch directory, to look at it.")
    boolean keep;

    @Override
    public Integer call() throws IOException {
        Bucket bucket = repository.open();
        Manifest manifest = Backups.in(bucket, cluster)
                .find(backup)
                .orElseThrow(() -> new RestoreRefused(
                        "cluster " + cluster + " has no backup " + backup,
                        "pgprimacy rescue list shows what there is"));
        int major = manifest.postgres().version() / 10000;
        Path bin = PostgresRun.programs(Optional.ofNullable(programs), major);
        EmptyDirectory.require(scratch);
        Files.createDirectories(scratch);
        try {
            return drill(bucket, manifest, bin);
        } finally {
            if (!keep) {
                removeScratch();
            }
        }
    }

    private int drill(Bucket bucket, Manifest manifest, Path bin) throws IOException {
        StoredBackup stored = StoredBackup.open(manifest.place(), keys.read(), bucket);
        int workers = Math.max(2, Runtime.getRuntime().availableProcessors());
        Drill.Settings settings = new Drill.Settings(scratch, new Programs(bin), user, workers);
        Drill.Outcome outcome = new Drill(stored, settings, QUIET).run();
        if (outcome.hasPassed()) {
            stamp(bucket, manifest, outcome.recovered());
        }
        report(manifest, outcome);
        return outcome.hasPassed() ? 0 : 1;
    }

    /** Beside the backup, where the storage service lists it. Rewritten by the next drill. */
    private static void stamp(Bucket bucket, Manifest manifest, Duration recovered) throws IOException {
        Map<String, Object> proof = new TreeMap<>();
        proof.put("at", Instant.now().toString());
        proof.put("seconds", recovered.toMillis() / 1000.0);
        String name = manifest.place().state("proven");
        bucket.remove(name);
        bucket.put(name, Json.mapper().writeValueAsBytes(proof));
    }

    private static void report(Manifest manifest, Drill.Outcome outcome) {
        System.out.printf(
                "backup %s: restored in %.1f s, open after %.1f s%n",
                manifest.id(),
                outcome.restored().toMillis() / 1000.0,
                outcome.recovered().toMillis() / 1000.0);
        outcome.checks().forEach(check -> System.out.println(check.sentence()));
        System.out.println(outcome.hasPassed() ? "proven" : "NOT PROVEN");
    }

    private void removeScratch() throws IOException {
        try (Stream<Path> all = Files.walk(scratch)) {
            for (Path path : List.copyOf(all.sorted(Comparator.reverseOrder()).toList())) {
                Files.delete(path);
            }
        }
    }
}
