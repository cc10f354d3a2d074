package io.pgprimacy.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Free ports on the loopback address. They are taken from below the range that Linux gives to outgoing connections
 * (32768 and up): a host that is down for a while would otherwise find its port in use by some client's connection.
 */
final class Ports {
    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;
    private static final int TRIES = 2_000;

    private Ports() {}

    static List<Integer> free(int count) {
        SplittableRandom random = new SplittableRandom();
        TreeSet<Integer> found = new TreeSet<>();
        for (int i = 0; i < TRIES && found.size() < count; i++) {
            int port = random.nextInt(FIRST, LAST + 1);
            if (isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new SandboxFailure(
                    "no " + count + " free ports between " + FIRST + " and " + LAST + " on 127.0.0.1",
                    "see what listens there: ss -ltn");
        }
        return List.copyOf(found);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
