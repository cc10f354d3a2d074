package io.pgprimacy.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A stand-in for what a start script starts: listens on a port, or with "fail" says so and ends. */
public final class Listener {
    private Listener() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("fail")) {
            System.err.println("the disk is on fire");
            System.exit(3);
        }
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[0]), 10, InetAddress.ofLiteral("127.0.0.1"))) {
            while (!server.isClosed()) {
                server.accept().close();
            }
        }
    }
}
