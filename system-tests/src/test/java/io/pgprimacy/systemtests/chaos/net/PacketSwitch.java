package io.pgprimacy.systemtests.chaos.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Carries IP packets between TUN devices, and loses, delays or cuts them as the rules of the moment say. In user space and not
 * by {@code tc netem} and {@code nft}: a kernel may lack either, and here a one-way cut of a single link is one comparison.
 * Endpoints are told by the last byte of their address. One thread does it all; while it does not run, no packet moves.
 */
final class PacketSwitch implements AutoCloseable {
    private static final int LONGEST_PACKET = 65_536;
    private static final int MOST_WAITING = 100_000;
    private static final int POLL_MILLIS = 20;
    /** From one device before the others get their turn. */
    private static final int BURST = 64;

    private static final int POLLFD_BYTES = 8;
    private static final int REVENTS = 6;

    /** A {@link Disturbance} by the last bytes of addresses. */
    private record Rule(Disturbance origin, BitSet from, BitSet to, double loss, long delayNanos) {
        boolean hits(int source, int target) {
            return from.get(source) && to.get(target);
        }
    }

    private static final class Delayed {
        final long dueNanos;
        final long order;
        final int target;
        final byte[] packet;

        Delayed(long dueNanos, long order, int target, byte[] packet) {
            this.dueNanos = dueNanos;
            this.order = order;
            this.target = target;
            this.packet = packet;
        }
    }

    private static final Comparator<Delayed> BY_TIME =
            (a, b) -> a.dueNanos == b.dueNanos ? Long.compare(a.order, b.order) : Long.signum(a.dueNanos - b.dueNanos);

    private final List<Tun> devices = new ArrayList<>();
    private final int[] deviceOf = new int[256];
    private final CopyOnWriteArrayList<Rule> rules = new CopyOnWriteArrayList<>();
    private final PriorityQueue<Delayed> waiting = new PriorityQueue<>(BY_TIME);
    private final SplittableRandom random;
    private final Thread thread = Thread.ofPlatform().name("switch").daemon().unstarted(this::run);
    private long order;
    private volatile boolean stopped;

    PacketSwitch(long seed) {
        random = new SplittableRandom(seed);
        Arrays.fill(deviceOf, -1);
    }

    /** Before {@link #start}; several addresses may live behind one device. */
    void attach(Tun device, List<Integer> lastBytes) {
        devices.add(device);
        lastBytes.forEach(b -> deviceOf[b] = devices.size() - 1);
    }

    void start() {
        thread.start();
    }

    void add(Disturbance disturbance, BitSet from, BitSet to) {
        rules.add(new Rule(
                disturbance, from, to, disturbance.loss(), disturbance.delay().toNanos()));
    }

    /** One of them, where several are equal: each fault ends at its own time. */
    void remove(Disturbance disturbance) {
        rules.stream()
                .filter(rule -> rule.origin().equals(disturbance))
                .findFirst()
                .ifPresent(rules::remove);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(LONGEST_PACKET);
            MemorySegment polled = arena.allocate((long) POLLFD_BYTES * devices.size());
            for (int i = 0; i < devices.size(); i++) {
                polled.set(
                        ValueLayout.JAVA_INT,
                        (long) i * POLLFD_BYTES,
                        devices.get(i).descriptor());
                polled.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + 4, Native.POLLIN);
            }
            while (!stopped) {
                if (Native.poll(polled, devices.size(), untilNextDue()) > 0) {
                    for (int i = 0; i < devices.size(); i++) {
                        if (polled.get(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + REVENTS) != 0) {
                            drain(devices.get(i), packet);
                        }
                    }
                }
                deliverDue(packet);
            }
        }
    }

    private int untilNextDue() {
        Delayed next = waiting.peek();
        if (next == null) {
            return POLL_MILLIS;
        }
        long millis = (next.dueNanos - System.nanoTime() + 999_999) / 1_000_000;
        return Math.clamp(millis, 0, POLL_MILLIS);
    }

    private void drain(Tun device, MemorySegment packet) {
        for (int i = 0; i < BURST; i++) {
            int length = Math.toIntExact(Native.read(device.descriptor(), packet, LONGEST_PACKET));
            if (length <= 0) {
                return;
            }
            forward(packet, length);
        }
    }

    private void forward(MemorySegment packet, int length) {
        if (length < 20 || packet.get(ValueLayout.JAVA_BYTE, 0) >> 4 != 4) {
            return;
        }
        int source = packet.get(ValueLayout.JAVA_BYTE, 15) & 0xff;
        int target = packet.get(ValueLayout.JAVA_BYTE, 19) & 0xff;
        if (deviceOf[target] < 0) {
            return;
        }
        long delay = 0;
        for (Rule rule : rules) {
            if (rule.hits(source, target)) {
                if (rule.loss >= 1 || (rule.loss > 0 && random.nextDouble() < rule.loss)) {
                    return;
                }
                delay += rule.delayNanos;
            }
        }
        if (delay == 0) {
            Native.write(devices.get(deviceOf[target]).descriptor(), packet, length);
        } else if (waiting.size() < MOST_WAITING) {
            byte[] copy = packet.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            waiting.add(new Delayed(System.nanoTime() + delay, order++, target, copy));
        }
    }

    private void deliverDue(MemorySegment buffer) {
        long now = System.nanoTime();
        while (!waiting.isEmpty() && waiting.peek().dueNanos - now <= 0) {
            Delayed next = waiting.remove();
            buffer.copyFrom(MemorySegment.ofArray(next.packet));
            Native.write(devices.get(deviceOf[next.target]).descriptor(), buffer, next.packet.length);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            if (thread.isAlive()) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        devices.forEach(Tun::close);
        devices.clear();
    }
}
