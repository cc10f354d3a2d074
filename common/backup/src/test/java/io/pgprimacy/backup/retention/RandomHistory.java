package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest.WalRange;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Some weeks of a cluster: lives that follow one another, failovers in them, backups of all types with and without flaws, and WAL, one
 * segment an hour. Within a life, a position in the WAL is a moment.
 */
final class RandomHistory {
    static final Instant BEGIN = Instant.parse("2026-01-05T00:00:00Z");

    /** @param end exclusive; the next life begins then, or the present is there */
    record Life(Incarnation incarnation, Instant begin, Instant end) {
        boolean has(Instant moment) {
            return !moment.isBefore(begin) && moment.isBefore(end);
        }

        /** The same positions in every life: they must not be mistaken for each other. */
        Lsn lsn(Instant moment) {
            return new Lsn(0x1000 + Duration.between(begin, moment).toSeconds());
        }
    }

    /** @param abandoned whether it was written by a primary that lost a failover */
    record Segment(Life life, TimelineId timeline, Lsn start, Lsn end, boolean abandoned) {}

    final List<Life> lives = new ArrayList<>();
    final List<Segment> wal = new ArrayList<>();
    final List<BackupFacts> backups = new ArrayList<>();
    final Instant now;

    private final SplittableRandom random;

    RandomHistory(long seed) {
        random = new SplittableRandom(seed);
        Instant at = BEGIN;
        int count = random.nextInt(1, 4);
        for (int i = 1; i <= count; i++) {
            Instant end = at.plus(Duration.ofHours(random.nextInt(24, 24 * 40)));
            Life life = new Life(new Incarnation(i), at, end);
            lives.add(life);
            live(life);
            at = end;
        }
        now = at;
    }

    private void live(Life life) {
        long timeline = 1;
        List<BackupFacts> chain = new ArrayList<>();
        for (Instant hour = life.begin(); hour.isBefore(life.end()); hour = hour.plus(Duration.ofHours(1))) {
            Instant next = hour.plus(Duration.ofHours(1));
            if (random.nextInt(200) == 0) {
                wal.add(new Segment(life, new TimelineId(timeline), life.lsn(hour), life.lsn(next), true));
                timeline++;
            }
            wal.add(new Segment(life, new TimelineId(timeline), life.lsn(hour), life.lsn(next), false));
            if (random.nextInt(14) == 0) {
                backup(life, hour, new TimelineId(timeline), chain);
            }
        }
    }

    private void backup(Life life, Instant started, TimelineId timeline, List<BackupFacts> chain) {
        Instant stopped = started.plus(Duration.ofMinutes(random.nextInt(1, 59)));
        if (!stopped.isBefore(life.end())) {
            return;
        }
        if (chain.isEmpty() || random.nextInt(4) == 0) {
            chain.clear();
        } else if (random.nextInt(3) == 0) {
            chain.subList(1, chain.size()).clear();
        }
        BackupType type =
                switch (chain.size()) {
                    case 0 -> BackupType.FULL;
                    case 1 -> BackupType.DIFFERENTIAL;
                    default -> BackupType.INCREMENTAL;
                };
        BackupId id = BackupId.at(started, random.nextInt());
        List<BackupId> ids = new ArrayList<>(chain.stream().map(BackupFacts::id).toList());
        ids.add(id);
        BackupFacts taken = new BackupFacts(
                life.incarnation(),
                id,
                type,
                ids,
                started,
                stopped,
                life.lsn(started),
                List.of(new WalRange(timeline, life.lsn(started), life.lsn(stopped))),
                random.nextBoolean(),
                random.nextInt(8) == 0 ? 3 : 0,
                random.nextInt(20) == 0,
                random.nextInt(20) == 0);
        chain.add(taken);
        // Some were lost.
        if (random.nextInt(40) > 0) {
            backups.add(taken);
        }
    }

    RetentionPolicy policy() {
        int full = random.nextInt(3) == 0 ? random.nextInt(1, 4) : 0;
        Duration window = random.nextInt(2) == 0 ? Duration.ofHours(random.nextInt(1, 24 * 30)) : Duration.ZERO;
        int daily = random.nextInt(3) == 0 ? random.nextInt(1, 8) : 0;
        int weekly = random.nextInt(3) == 0 ? random.nextInt(1, 5) : 0;
        boolean none = full + daily + weekly == 0 && window.isZero();
        return new RetentionPolicy(full, window, daily, weekly, none ? 2 : random.nextInt(3));
    }
}
