package io.pgprimacy.systemtests.chaos.net;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One namespace for each endpoint, joined by a {@link PacketSwitch}. Clients and operators live where this process does, behind
 * a link of their own; so does the observer, whose address no fault ever touches: it sees what a client beside an isolated
 * primary would see.
 */
public final class Network implements AutoCloseable {
    public static final String CLIENTS = "clients";
    public static final String OBSERVER = "observer";

    /** Of RFC 2544: addresses for tests of networks, which nobody routes. */
    private static final String PREFIX = "198.18.";

    private static final String NAME = "pgchaos-";
    private static final int CLIENTS_BYTE = 1;
    private static final int OBSERVER_BYTE = 2;
    private static final int FIRST_ENDPOINT_BYTE = 11;
    private static final int MOST_ENDPOINTS = 40;
    private static final Duration COMMAND_BOUND = Duration.ofSeconds(20);
    /** Larger than Ethernet's: fewer packets for the one thread that carries them. */
    private static final int MTU = 9_000;

    private final long pid = ProcessHandle.current().pid();
    private final Map<String, Integer> lastBytes = new LinkedHashMap<>();
    private final PacketSwitch packets;
    private final int subnet;

    private Network(Collection<String> endpoints, long seed) {
        if (endpoints.size() > MOST_ENDPOINTS) {
            throw new IllegalArgumentException("at most " + MOST_ENDPOINTS + " endpoints, not " + endpoints.size());
        }
        packets = new PacketSwitch(seed);
        subnet = freeSubnet();
        lastBytes.put(CLIENTS, CLIENTS_BYTE);
        lastBytes.put(OBSERVER, OBSERVER_BYTE);
        int next = FIRST_ENDPOINT_BYTE;
        for (String endpoint : endpoints) {
            lastBytes.put(endpoint, next++);
        }
    }

    /** Why there can be no such network here; empty where there can. */
    public static Optional<String> obstacle() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need root");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("this kernel offers no /dev/net/tun");
        }
        String probe = NAME + ProcessHandle.current().pid() + "-probe";
        Command.Result made;
        try {
            made = ip("netns", "add", probe);
            ip("netns", "del", probe);
        } catch (UncheckedIOException e) {
            return Optional.of("no program ip: " + e.getMessage());
        }
        return made.exitCode() == 0
                ? Optional.empty()
                : Optional.of("ip netns add: " + made.err().strip());
    }

    /** Ready for use when this returns. Of a run that is killed the devices go with it, the namespaces by {@link #removeLeftOvers}. */
    public static Network create(Collection<String> endpoints, long seed) {
        removeLeftOvers();
        Network network = new Network(endpoints, seed);
        try {
            network.build();
        } catch (IOException | RuntimeException | AssertionError e) {
            network.close();
            throw new IllegalStateException("no network: " + e.getMessage(), e);
        }
        return network;
    }

    private void build() throws IOException {
        Tun outside = attach("c", List.of(CLIENTS_BYTE, OBSERVER_BYTE));
        require("addr", "add", address(CLIENTS) + "/24", "dev", outside.device());
        require("addr", "add", address(OBSERVER) + "/24", "dev", outside.device());
        require("link", "set", outside.device(), "mtu", "" + MTU, "up");
        for (Map.Entry<String, Integer> endpoint : lastBytes.entrySet()) {
            if (endpoint.getValue() < FIRST_ENDPOINT_BYTE) {
                continue;
            }
            String namespace = namespace(endpoint.getKey());
            Tun link = attach("" + endpoint.getValue(), List.of(endpoint.getValue()));
            require("netns", "add", namespace);
            require("link", "set", link.device(), "netns", namespace);
            require("-n", namespace, "link", "set", "lo", "up");
            require("-n", namespace, "addr", "add", address(endpoint.getKey()) + "/24", "dev", link.device());
            require("-n", namespace, "link", "set", link.device(), "mtu", "" + MTU, "up");
        }
        packets.start();
    }

    private Tun attach(String suffix, List<Integer> bytes) throws IOException {
        Tun tun = Tun.open("pgc" + pid + "-" + suffix);
        packets.attach(tun, bytes);
        return tun;
    }

    public String address(String endpoint) {
        Integer last = lastBytes.get(endpoint);
        if (last == null) {
            throw new IllegalArgumentException("no endpoint " + endpoint + " among " + lastBytes.keySet());
        }
        return PREFIX + subnet + "." + last;
    }

    public String namespace(String endpoint) {
        return NAME + pid + "-" + endpoint;
    }

    public void add(Disturbance disturbance) {
        packets.add(disturbance, bits(disturbance.from()), bits(disturbance.to()));
    }

    public void remove(Disturbance disturbance) {
        packets.remove(disturbance);
    }

    private BitSet bits(Set<String> endpoints) {
        BitSet bits = new BitSet();
        for (String endpoint : endpoints) {
            Integer last = lastBytes.get(endpoint);
            if (last == null || last == OBSERVER_BYTE) {
                throw new IllegalArgumentException("nothing is done to " + endpoint);
            }
            bits.set(last);
        }
        return bits;
    }

    /** A third byte that no other run has routed. */
    private static int freeSubnet() {
        String routes = ip("-o", "route", "show").out();
        int first = Math.floorMod((int) ProcessHandle.current().pid(), 256);
        for (int i = 0; i < 256; i++) {
            int candidate = (first + i) % 256;
            if (!routes.contains(PREFIX + candidate + ".")) {
                return candidate;
            }
        }
        throw new IllegalStateException("every network in 198.18.0.0/16 is in use");
    }

    /** Of runs that were killed: their devices went with them, their namespaces did not. */
    public static void removeLeftOvers() {
        for (String line : ip("netns", "list").out().lines().toList()) {
            String namespace = line.split(" ")[0];
            if (namespace.matches(NAME + "\\d+-.*") && !isAlive(namespace.split("-")[1])) {
                ip("netns", "del", namespace);
            }
        }
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    private static Command.Result ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return Command.run(COMMAND_BOUND, Map.of(), Path.of("/"), command);
    }

    private static void require(String... arguments) {
        ip(arguments).expectSuccess();
    }

    @Override
    public void close() {
        packets.close();
        lastBytes.keySet().stream()
                .filter(endpoint -> !endpoint.equals(CLIENTS) && !endpoint.equals(OBSERVER))
                .forEach(endpoint -> ip("netns", "del", namespace(endpoint)));
    }
}
