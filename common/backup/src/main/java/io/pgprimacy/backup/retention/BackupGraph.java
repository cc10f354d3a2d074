package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The backups of one cluster, and what rests on what. */
final class BackupGraph {
    private final List<BackupFacts> all;
    private final SortedMap<Incarnation, SortedMap<BackupId, BackupFacts>> known = new TreeMap<>();

    BackupGraph(Collection<BackupFacts> backups) {
        all = List.copyOf(new TreeSet<>(backups));
        all.forEach(b ->
                known.computeIfAbsent(b.incarnation(), _ -> new TreeMap<>()).put(b.id(), b));
    }

    /** Oldest first. */
    List<BackupFacts> all() {
        return all;
    }

    /** Those that a restore can rely on, oldest first. */
    List<BackupFacts> good() {
        return all.stream().filter(b -> flaw(b).isEmpty()).toList();
    }

    List<BackupFacts> goodFulls() {
        return good().stream().filter(b -> b.type() == BackupType.FULL).toList();
    }

    Optional<BackupFacts> lastGood() {
        return good().stream().reduce((_, later) -> later);
    }

    /** Why nobody should rely on it; empty where it is good. Pages are read anew by every backup, objects of older ones are not. */
    Optional<String> flaw(BackupFacts backup) {
        if (backup.wrongPages() > 0) {
            return Optional.of(backup.wrongPages() + " pages had wrong checksums");
        }
        for (BackupId id : backup.chain()) {
            Optional<BackupFacts> link = find(backup.incarnation(), id);
            if (link.isEmpty()) {
                return Optional.of("it rests on " + id + ", which is not there");
            }
            if (link.get().damaged()) {
                return Optional.of(
                        id.equals(backup.id()) ? "it is damaged" : "it rests on " + id + ", which is damaged");
            }
        }
        return Optional.empty();
    }

    /** What it rests on, as far as that is there. */
    List<BackupFacts> supports(BackupFacts backup) {
        return backup.chain().stream()
                .filter(id -> !id.equals(backup.id()))
                .flatMap(id -> find(backup.incarnation(), id).stream())
                .toList();
    }

    List<BackupFacts> restingOn(BackupFacts backup) {
        return all.stream().filter(b -> supports(b).contains(backup)).toList();
    }

    List<Incarnation> incarnations() {
        return List.copyOf(known.keySet());
    }

    private Optional<BackupFacts> find(Incarnation incarnation, BackupId id) {
        return Optional.ofNullable(
                known.getOrDefault(incarnation, new TreeMap<>()).get(id));
    }
}
