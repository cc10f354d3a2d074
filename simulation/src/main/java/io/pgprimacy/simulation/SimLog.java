package io.pgprimacy.simulation;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The one partition: what landed, in order, with offsets that have gaps. Appends take time, get lost, come late and come twice;
 * readers lag, each by its own.
 */
final class SimLog {
    private final World world;
    private final Network network;
    private final List<LogRecord> records = new ArrayList<>();
    private final List<Long> landedAt = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Consumer<LogRecord> auditor;
    private final Seams seams;
    private boolean down;
    private double lossy;
    private double late;
    private double doubled;
    private long ids;

    SimLog(World world, Network network, Consumer<LogRecord> auditor, Seams seams) {
        this.seams = seams;
        this.world = world;
        this.network = network;
        this.auditor = auditor;
    }

    /** One consumer; {@code take} is called in its process with what is new. */
    final class Reader {
        private final String place;
        private final SimProcess process;
        private final int life;
        private final Consumer<List<LogRecord>> take;
        private int position;
        private boolean pollDue;

        private Reader(String place, SimProcess process, Consumer<List<LogRecord>> take) {
            this.place = place;
            this.process = process;
            this.life = process.life();
            this.take = take;
        }

        /** The broker's answer holds what it has then, also when the reader is frozen and takes it in only at its thaw. */
        private void schedule() {
            if (!pollDue) {
                pollDue = true;
                world.after(network.delay(Network.LOG, place), () -> {
                    boolean answers = !down && network.passes(Network.LOG, place);
                    int end = answers ? records.size() : position;
                    process.in(life, () -> take(end));
                });
            }
        }

        private void take(int end) {
            pollDue = false;
            if (end <= position) {
                return;
            }
            List<LogRecord> fresh = List.copyOf(records.subList(position, end));
            position = end;
            if (end < records.size()) {
                schedule();
            }
            take.accept(fresh);
        }
    }

    /**
     * A reader from the beginning. What is there already is handed over at once: whole, or as compaction has left it; and through a
     * slow link as it was a while ago, as if a broker that lags had told where the log ends.
     *
     * @param compacted what lies before this share of the log has been compacted
     */
    void open(String place, SimProcess process, double compacted, Consumer<List<LogRecord>> take) {
        readers.removeIf(r -> r.process == process);
        Reader reader = new Reader(place, process, take);
        readers.add(reader);
        int end = visibleThrough(world.now() - network.slowness(Network.LOG, place));
        int horizon = (int) (end * compacted);
        List<LogRecord> past = compacted(horizon, end);
        reader.position = end;
        take.accept(past);
        reader.schedule();
    }

    boolean isReachable(String place) {
        return !down && network.passesBothWays(place, Network.LOG);
    }

    private int visibleThrough(long time) {
        int end = records.size();
        while (end > 0 && landedAt.get(end - 1) > time) {
            end--;
        }
        return end;
    }

    /** The log up to {@code end}, with all records before index {@code horizon} compacted. */
    List<LogRecord> compacted(int horizon, int end) {
        List<LogRecord> kept = new ArrayList<>(records.subList(horizon, end));
        Set<String> seen = new HashSet<>();
        List<LogRecord> older = new ArrayList<>();
        for (int i = horizon - 1; i >= 0; i--) {
            if (seen.add(RecordKey.of(records.get(i).id(), records.get(i).event()))) {
                older.add(records.get(i));
            }
        }
        java.util.Collections.reverse(older);
        older.addAll(kept);
        return older;
    }

    void append(String place, String writer, ClusterEvent event) {
        ids++;
        String id = "r" + ids;
        long written = world.now() / World.MS;
        if (world.chance(lossy)) {
            world.trace("log", () -> "LOST from " + writer + ": " + Describe.event(event));
            return;
        }
        long delay = network.delay(place, Network.LOG) + world.msBetween(0.5, 3);
        if (world.chance(late)) {
            delay += world.chance(0.5) ? world.msBetween(50, 3000) : world.msBetween(3000, 60_000);
        }
        world.after(delay, () -> land(place, writer, id, written, event, 0));
        if (world.chance(doubled)) {
            long again = delay + (world.chance(0.5) ? world.msBetween(0, 500) : world.msBetween(500, 30_000));
            // Kafka's producer appends a batch once; what comes twice was appended twice.
            world.after(again, () -> land(place, writer, id + "again", written, event, 0));
        }
    }

    /** A producer tries again while the broker cannot be reached; some of that comes to nothing. */
    private void land(String place, String writer, String id, long written, ClusterEvent event, int attempt) {
        if (down || !network.passes(place, Network.LOG)) {
            if (attempt < 40 && !world.chance(0.03)) {
                world.after(world.msBetween(200, 900), () -> land(place, writer, id, written, event, attempt + 1));
            }
            return;
        }
        long gap = world.chance(0.02) ? 1 + world.pick(3) : 0;
        long offset = records.isEmpty() ? 0 : records.getLast().offset() + 1 + gap;
        LogRecord record = new LogRecord(offset, id, writer, written, seams.landing(event));
        records.add(record);
        landedAt.add(world.now());
        world.trace("log", () -> offset + " " + Describe.event(event));
        auditor.accept(record);
        for (Reader reader : readers) {
            reader.schedule();
        }
    }

    void wakeReaders() {
        readers.forEach(Reader::schedule);
    }

    void goDown() {
        down = true;
    }

    void comeUp() {
        down = false;
        wakeReaders();
    }

    boolean isDown() {
        return down;
    }

    void misbehave(double losing, double delaying, double doubling) {
        lossy = losing;
        late = delaying;
        doubled = doubling;
    }

    List<LogRecord> records() {
        return records;
    }
}
