package io.pgprimacy.coordinator.archive;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.id.ClusterId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps logs as the storage service does, but in memory; the storage service's own tests have the refusals. */
final class MemoryStore implements LogStore {
    final SortedMap<Integer, SortedMap<Long, String>> lives = new TreeMap<>();
    boolean away;
    int asked;

    @Override
    public List<StoredLog> logs(ClusterId cluster) throws NotThere {
        answer();
        return lives.entrySet().stream()
                .map(life -> new StoredLog(
                        new Incarnation(life.getKey()),
                        new ArrayList<>(life.getValue().keySet())))
                .toList();
    }

    @Override
    public String stretch(LogPlace place) throws NotThere {
        answer();
        return lives.get(place.incarnation().value()).get(place.from());
    }

    @Override
    public void append(LogStretch stretch) throws NotThere, Refused {
        answer();
        LogStretch.Header header = stretch.header();
        String there = lives.computeIfAbsent(header.incarnation().value(), _ -> new TreeMap<>())
                .putIfAbsent(header.from(), stretch.text());
        if (there != null && !there.equals(stretch.text())) {
            throw new Refused("would-overwrite", "it is there, and is another one", "");
        }
    }

    private void answer() throws NotThere {
        asked++;
        if (away) {
            throw new NotThere("no answer");
        }
    }
}
