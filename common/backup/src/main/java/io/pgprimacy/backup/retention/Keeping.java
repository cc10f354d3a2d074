package io.pgprimacy.backup.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the rules have kept so far, each with every reason that was given. */
final class Keeping {
    private final SortedMap<BackupFacts, List<String>> reasons = new TreeMap<>();
    private final List<WalNeed> wal = new ArrayList<>();

    void keep(BackupFacts backup, String why) {
        reasons.computeIfAbsent(backup, _ -> new ArrayList<>()).add(why);
    }

    void keepWal(WalNeed need) {
        wal.add(need);
    }

    boolean keeps(BackupFacts backup) {
        return reasons.containsKey(backup);
    }

    /** Oldest first. */
    List<BackupFacts> kept() {
        return List.copyOf(reasons.keySet());
    }

    List<String> reasons(BackupFacts backup) {
        return List.copyOf(reasons.getOrDefault(backup, List.of()));
    }

    List<WalNeed> wal() {
        return List.copyOf(wal);
    }
}
