package io.pgprimacy.sandbox;

import java.util.Optional;

/**
 * Where on the network a unit lives: what it listens on, is reached at, and tells others about itself.
 *
 * @param address an IPv4 address
 * @param namespace network namespace (see {@code ip netns}) that its processes run in; made by whoever names it here, with its
 *     loopback up. Entering one needs root.
 */
public record Place(String address, Optional<String> namespace) {
    public static final Place LOOPBACK = new Place("127.0.0.1", Optional.empty());

    public String at(int port) {
        return address + ":" + port;
    }

    boolean isLoopback() {
        return address.equals(LOOPBACK.address());
    }
}
