package io.pgprimacy.simulation;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The one partition, under its name: what landed, in order. Appends take time, get lost, come late and come twice; readers lag, each by its
 * own. Another topic may take the place of the one that was read so far (see {@link LostLog}).
 */
final class SimLog {
    /** A topic's identity is asked for every 5 s; a position that is out of range shows at the next fetch. */
    private static final double NOTICED_WITHIN_MS = 5000;

    private final World world;
    private final Network network;
    private final List<Reader> readers = new ArrayList<>();
    private final Consumer<LogRecord> auditor;
    private final Seams seams;
    private SimTopic topic = new SimTopic();
    private boolean down;
    private double lossy;
    private double late;
    private double doubled;
    private long ids;
    private int era;

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
        private boolean isHalted;
        private boolean hasNoticed;

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
                    SimTopic answered = topic;
                    int end = answers ? answered.size() : position;
                    process.in(life, () -> take(answered, end));
                });
            }
        }

        private void take(SimTopic answered, int end) {
            pollDue = false;
            if (isHalted || end <= position) {
                return;
            }
            List<LogRecord> fresh = answered.slice(position, end);
            position = end;
            compareWith(answered);
            if (end < topic.size()) {
                schedule();
            }
            take.accept(fresh);
        }

        /** What was read so far is {@code read}: where that goes beyond what the two have in common, nothing more is read, ever. */
        private void compareWith(SimTopic read) {
            if (read != topic && position > read.commonWith(topic)) {
                isHalted = true;
                world.after(world.msBetween(1, NOTICED_WITHIN_MS), () -> hasNoticed = true);
            }
        }

        /** The log is another one than what this reader has read, and the reader knows it. */
        boolean hasNoticed() {
            return hasNoticed;
        }

        /** The log is another one than what this reader has read. */
        boolean isHalted() {
            return isHalted;
        }
    }

    /**
     * A reader from the beginning. What is there already is handed over at once: whole, or as compaction has left it; and through a
     * slow link as it was a while ago, as if a broker that lags had told where the log ends.
     *
     * @param compacted what lies before this share of the log has been compacted
     */
    Reader open(String place, SimProcess process, double compacted, Consumer<List<LogRecord>> take) {
        readers.removeIf(r -> r.process == process);
        Reader reader = new Reader(place, process, take);
        readers.add(reader);
        int end = topic.visibleThrough(world.now() - network.slowness(Network.LOG, place));
        int horizon = (int) (end * compacted);
        List<LogRecord> past = topic.compacted(horizon, end);
        reader.position = end;
        take.accept(past);
        reader.schedule();
        return reader;
    }

    boolean isReachable(String place) {
        return !down && network.passesBothWays(place, Network.LOG);
    }

    /** Whoever appended has been stopped, and what was on its way goes nowhere. */
    void beginAnew(SimTopic fresh) {
        era++;
        exchange(fresh);
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
        int now = era;
        world.after(delay, () -> land(place, writer, id, written, event, now, 0));
        if (world.chance(doubled)) {
            long again = delay + (world.chance(0.5) ? world.msBetween(0, 500) : world.msBetween(500, 30_000));
            // Kafka's producer appends a batch once; what comes twice was appended twice.
            world.after(again, () -> land(place, writer, id + "again", written, event, now, 0));
        }
    }

    /** A producer tries again while the broker cannot be reached; some of that comes to nothing. */
    private void land(
            String place, String writer, String id, long written, ClusterEvent event, int appendedIn, int attempt) {
        if (appendedIn != era) {
            return;
        }
        if (down || !network.passes(place, Network.LOG)) {
            if (attempt < 40 && !world.chance(0.03)) {
                world.after(
                        world.msBetween(200, 900),
                        () -> land(place, writer, id, written, event, appendedIn, attempt + 1));
            }
            return;
        }
        long gap = world.chance(0.02) ? 1 + world.pick(3) : 0;
        long offset = topic.size() == 0 ? 0 : topic.nextOffset() + gap;
        LogRecord record = new LogRecord(offset, id, writer, written, seams.landing(event));
        topic.add(record, world.now());
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

    SimTopic topic() {
        return topic;
    }

    /** From now on this is the topic of that name. Whoever has read more than the two have in common is halted. */
    void exchange(SimTopic other) {
        SimTopic before = topic;
        topic = other;
        readers.forEach(reader -> reader.compareWith(before));
        wakeReaders();
    }
}
