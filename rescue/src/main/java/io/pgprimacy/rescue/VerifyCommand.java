package io.pgprimacy.rescue;

import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.restore.BackupVerification;
import io.pgprimacy.backup.restore.BackupVerification.Damage;
import io.pgprimacy.backup.restore.BackupVerification.Outcome;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredDiscardedWal;
import io.pgprimacy.backup.wal.DiscardedPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description = {
            "Reads everything that backups have stored and compares its hashes; with the master keys it also verifies the",
            "manifests' seals, and decrypts and decompresses every object. Discarded WAL and the clusters' logs are read in the same way, unless one backup is",
            "named.",
            "Writes nothing. Exits with 1 where anything is damaged."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Option(names = "--cluster", paramLabel = "NAME", description = "Of this cluster only.")
    String cluster = "";

    @Option(
            names = "--backup",
            paramLabel = "ID",
            description = "Only this one, and all that it rests on; latest is one too.")
    String backup = "";

    @Option(names = "--master-keys", paramLabel = "FILE", description = "The master keys, one a line.")
    @Nullable
    Path keys;

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    /** About one backup. */
    record Verified(String cluster, int incarnation, String backup, long objects, long bytes, List<Damage> damaged) {}

    /** About WAL that did not become history. */
    record VerifiedWal(String place, long bytes, List<Damage> damaged) {}

    /** About what is kept of one life's log. */
    record VerifiedLog(String cluster, int incarnation, long records, List<String> damaged) {}

    record Report(
            boolean decrypted,
            List<Verified> backups,
            List<String> unreadable,
            List<VerifiedWal> discarded,
            List<VerifiedLog> logs) {}

    @Override
    public Integer call() throws IOException {
        Optional<KeyWrapping> masters =
                keys == null ? Optional.empty() : Optional.of(MasterKeys.parse(Files.readString(keys)));
        Bucket bucket = repository.open();
        Backups backups = Backups.in(bucket, cluster);
        List<Verified> verified = new ArrayList<>();
        Dumps dumps = Dumps.in(bucket, cluster);
        List<String> unreadable = Stream.concat(backups.unreadable().stream(), dumps.unreadable().stream())
                .toList();
        for (BackupPlace place : wanted(backups, dumps)) {
            Outcome outcome = new BackupVerification(place, masters, bucket).run();
            Verified about = new Verified(
                    place.cluster().value(),
                    place.incarnation().value(),
                    place.id().value(),
                    outcome.objects(),
                    outcome.bytes(),
                    outcome.damaged());
            verified.add(about);
            if (!json) {
                print(about);
            }
        }
        List<VerifiedWal> discarded = backup.isEmpty() ? discarded(bucket, masters) : List.of();
        List<VerifiedLog> logs = backup.isEmpty() ? logs(bucket) : List.of();
        if (json) {
            System.out.println(Json.indented()
                    .writeValueAsString(new Report(masters.isPresent(), verified, unreadable, discarded, logs)));
        }
        unreadable.forEach(what -> System.err.println("damaged: " + what));
        boolean good = unreadable.isEmpty()
                && verified.stream().allMatch(v -> v.damaged().isEmpty())
                && discarded.stream().allMatch(v -> v.damaged().isEmpty())
                && logs.stream().allMatch(v -> v.damaged().isEmpty());
        return good ? 0 : 1;
    }

    private List<VerifiedWal> discarded(Bucket bucket, Optional<KeyWrapping> masters) throws IOException {
        List<VerifiedWal> verified = new ArrayList<>();
        for (DiscardedPlace place : Discarded.places(bucket, cluster)) {
            List<Damage> damaged = StoredDiscardedWal.verify(place, masters, bucket);
            long bytes = damaged.isEmpty()
                    ? StoredDiscardedWal.summary(place, bucket).stored()
                    : 0;
            VerifiedWal about = new VerifiedWal(place.directory(), bytes, damaged);
            verified.add(about);
            if (!json) {
                print(about);
            }
        }
        return verified;
    }

    /** Each stretch with what the one before it ended with; behind a damaged one the next is only read. */
    private List<VerifiedLog> logs(Bucket bucket) throws IOException {
        Map<String, List<LogPlace>> lives = StoredLogs.places(bucket, cluster).stream()
                .collect(Collectors.groupingBy(
                        p -> p.cluster() + "/" + p.incarnation(), TreeMap::new, Collectors.toList()));
        List<VerifiedLog> verified = new ArrayList<>();
        for (List<LogPlace> places : lives.values()) {
            VerifiedLog about = StoredLogs.verify(places, bucket);
            verified.add(about);
            if (!json) {
                print(about);
            }
        }
        return verified;
    }

    private static void print(VerifiedLog about) {
        System.out.printf(
                "%-16s %4d  log of %d records  %s%n",
                about.cluster(),
                about.incarnation(),
                about.records(),
                about.damaged().isEmpty() ? "good" : "DAMAGED");
        about.damaged().forEach(what -> System.out.println("  " + what));
    }

    private static void print(VerifiedWal about) {
        System.out.printf(
                "%s %d bytes  %s%n",
                about.place(), about.bytes(), about.damaged().isEmpty() ? "good" : "DAMAGED");
        about.damaged().forEach(damage -> System.out.println("  " + damage.object() + ": " + damage.what()));
    }

    private List<BackupPlace> wanted(Backups backups, Dumps dumps) {
        if (backup.isEmpty()) {
            return Stream.concat(
                            backups.manifests().stream().map(Manifest::place),
                            dumps.manifests().stream().map(DumpManifest::place))
                    .toList();
        }
        Optional<DumpManifest> dump = backup.equals("latest") ? Optional.empty() : dumps.find(backup);
        return dump.map(d -> List.of(d.place()))
                .orElseGet(() -> chain(backups).stream().map(Manifest::place).toList());
    }

    private List<Manifest> chain(Backups backups) {
        Manifest chosen = backups.find(backup)
                .orElseThrow(() -> new RestoreRefused(
                        "there is no backup " + backup, "pgprimacy rescue list shows what there is"));
        List<Manifest> chain = backups.manifests().stream()
                .filter(m -> m.cluster().equals(chosen.cluster())
                        && m.incarnation().equals(chosen.incarnation())
                        && chosen.chain().contains(m.id()))
                .toList();
        if (chain.size() < chosen.chain().size()) {
            List<BackupId> there = chain.stream().map(Manifest::id).toList();
            throw new RestoreRefused(
                    "backup " + chosen.id() + " rests on backups that are not there: "
                            + chosen.chain().stream()
                                    .filter(id -> !there.contains(id))
                                    .toList(),
                    "restore another one");
        }
        return chain;
    }

    private static void print(Verified about) {
        System.out.printf(
                "%-16s %4d  %-25s %8d objects %14d bytes  %s%n",
                about.cluster(),
                about.incarnation(),
                about.backup(),
                about.objects(),
                about.bytes(),
                about.damaged().isEmpty() ? "good" : "DAMAGED");
        about.damaged().forEach(damage -> System.out.println("  " + damage.object() + ": " + damage.what()));
    }
}
