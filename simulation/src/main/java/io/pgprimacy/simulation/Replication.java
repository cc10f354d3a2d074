package io.pgprimacy.simulation;

import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Both ends of streaming replication at one node: its WAL senders, and its WAL receiver. */
final class Replication {
    private static final long KEEPALIVE = 400 * World.MS;
    /** wal_sender_timeout and wal_receiver_timeout. */
    private static final long GIVES_UP_AFTER = 5 * World.SECOND;

    private final World world;
    private final Network network;
    private final SimPostgres mine;
    private final List<Stream> senders = new ArrayList<>();
    private @Nullable SimPostgres upstream;
    private @Nullable Stream receiver;

    Replication(World world, Network network, SimPostgres mine) {
        this.world = world;
        this.network = network;
        this.mine = mine;
    }

    // ---- as a standby

    /** The WAL receiver of before is gone when this returns, and what it had taken in is flushed. */
    void upstream(@Nullable SimPostgres next) {
        closeReceiver();
        upstream = next;
        if (next != null) {
            mine.process().after(world.msBetween(5, 60), this::connect);
        }
    }

    private void closeReceiver() {
        Stream open = receiver;
        if (open != null) {
            open.receiverOpen = false;
            receiver = null;
            SimPostgres sender = open.sender;
            notice(
                    open,
                    () -> sender.replication().closeSender(open),
                    name(),
                    sender.host().name(),
                    sender);
        }
    }

    /** The other end learns of it at once by the closed connection, or after a timeout where no packet passes. */
    private void notice(Stream stream, Runnable learns, String from, String to, SimPostgres learner) {
        boolean reset = network.passes(from, to) && !peerHostIsGone(stream, learner);
        long after = reset ? world.msBetween(0.2, 10) : GIVES_UP_AFTER;
        int life = learner == stream.sender ? stream.senderLife : stream.receiverLife;
        world.after(after, () -> learner.process().in(life, learns));
    }

    private static boolean peerHostIsGone(Stream stream, SimPostgres learner) {
        SimPostgres peer = learner == stream.sender ? stream.receiver : stream.sender;
        return !peer.host().isUp();
    }

    private void connect() {
        SimPostgres to = upstream;
        if (to == null || receiver != null || !mine.isStandby()) {
            return;
        }
        if (canConnect(to)) {
            Stream stream = new Stream(to, mine, world.now());
            stream.flushed = mine.flushed();
            receiver = stream;
            to.replication().senders.add(stream);
            world.trace(name(), () -> "streams from " + to.host().name() + " at " + mine.position());
            to.replication().keepalive(stream);
            watch(stream);
            mine.host().wakeAgent();
        } else {
            mine.process().after(world.msBetween(200, 700), this::connect);
        }
    }

    /** The WAL receiver gives up a connection on which nothing comes any more. */
    private void watch(Stream stream) {
        if (!stream.receiverOpen) {
            return;
        }
        if (world.now() - stream.lastMessage > GIVES_UP_AFTER) {
            closeReceiver();
            mine.process().after(world.msBetween(50, 500), this::connect);
            mine.host().wakeAgent();
            return;
        }
        mine.process().after(World.SECOND, () -> watch(stream));
    }

    private boolean canConnect(SimPostgres to) {
        if (!network.passesBothWays(name(), to.host().name())
                || !to.process().runs()
                || to.state() == SimPostgres.State.STARTING
                || to.isStopping()
                || !to.hasData()
                || to.replication().isSlotTaken(mine)) {
            return false;
        }
        // PostgreSQL goes by numbers; the truth by branches.
        long number = mine.line().at(mine.flushed()).number();
        long common = to.line().followableBy(number);
        if (mine.flushed() > Math.min(common, to.flushed())) {
            return false;
        }
        if (!to.line().holds(to.flushed(), mine.line().at(mine.flushed()), mine.flushed())) {
            throw new Violation(
                    Invariant.I10_ONE_HISTORY,
                    name() + " at " + mine.position() + " follows " + to.host().name()
                            + " whose timeline of that number is another one");
        }
        return true;
    }

    /**
     * A standby's slot is for one connection. Where the one before has not been given up yet it must wait; else PostgreSQL, which counts connections and not
     * standbys, would take it for two that acknowledge.
     */
    private boolean isSlotTaken(SimPostgres by) {
        return senders.stream().anyMatch(s -> s.receiver == by);
    }

    private void receive(Stream stream, Branch of, long lsn) {
        if (!stream.receiverOpen) {
            return;
        }
        stream.lastMessage = world.now();
        mine.received(of, lsn);
        reply(stream, mine.flushed());
    }

    private void reply(Stream stream, long flushed) {
        String to = stream.sender.host().name();
        world.after(network.delay(name(), to) + world.msBetween(0.2, 2), () -> {
            if (network.passes(name(), to)) {
                stream.sender
                        .process()
                        .in(stream.senderLife, () -> stream.sender.replication().acknowledged(stream, flushed));
            }
        });
    }

    // ---- as a sender

    private void acknowledged(Stream stream, long flushed) {
        if (stream.senderOpen) {
            stream.lastReply = world.now();
            stream.flushed = Math.max(stream.flushed, flushed);
            mine.release();
        }
    }

    private void keepalive(Stream stream) {
        if (!stream.senderOpen || !mine.process().isAlive()) {
            return;
        }
        ship(stream);
        boolean silent = world.now() - stream.lastReply > GIVES_UP_AFTER;
        if (silent) {
            closeSender(stream);
            loseReceiver(stream);
            return;
        }
        mine.process().after(KEEPALIVE, () -> keepalive(stream));
    }

    void shipAll() {
        for (int i = 0; i < senders.size(); i++) {
            ship(senders.get(i));
        }
    }

    private void ship(Stream stream) {
        String to = stream.receiver.host().name();
        Branch of = mine.line();
        long lsn = mine.flushed();
        world.after(network.delay(name(), to), () -> {
            if (network.passes(name(), to)) {
                stream.receiver
                        .process()
                        .in(
                                stream.receiverLife,
                                () -> stream.receiver.replication().receive(stream, of, lsn));
            }
        });
    }

    private void closeSender(Stream stream) {
        stream.senderOpen = false;
        senders.remove(stream);
    }

    /** True where each standby that is connected has everything. */
    boolean allShipped() {
        return senders.stream().allMatch(s -> s.flushed >= mine.flushed());
    }

    /** Up to where enough of the connected members of {@code sync} have flushed. */
    long flushedBy(SyncStandbys sync) {
        long[] ends = senders.stream()
                .filter(s -> sync.standbys().contains(s.receiver.id()))
                .mapToLong(s -> s.flushed)
                .sorted()
                .toArray();
        int needed = sync.acknowledgements();
        return ends.length < needed ? -1 : ends[ends.length - needed];
    }

    // ---- death

    void died() {
        closeReceiver();
        upstream = null;
        for (Stream stream : List.copyOf(senders)) {
            closeSender(stream);
            loseReceiver(stream);
        }
    }

    private void loseReceiver(Stream stream) {
        SimPostgres standby = stream.receiver;
        notice(
                stream,
                () -> standby.replication().upstreamLost(stream),
                name(),
                standby.host().name(),
                standby);
    }

    private void upstreamLost(Stream stream) {
        stream.receiverOpen = false;
        if (receiver == stream) {
            receiver = null;
            mine.host().wakeAgent();
            mine.process().after(world.msBetween(50, 500), this::connect);
        }
    }

    // ---- views

    @Nullable
    NodeId upstreamId() {
        SimPostgres to = upstream;
        return to == null ? null : to.id();
    }

    @Nullable
    Stream receiver() {
        return receiver;
    }

    List<Stream> senders() {
        return senders;
    }

    private String name() {
        return mine.host().name();
    }
}
