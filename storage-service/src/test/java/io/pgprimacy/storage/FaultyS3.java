package io.pgprimacy.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Stands before a real S3 endpoint and spoils what passes, one request at a time, as it is told to. */
final class FaultyS3 implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** What happens to one request. */
    enum Fault {
        NONE,
        /** Answered after a while. */
        SLOW,
        /** 503, and nothing reaches the store. */
        UNAVAILABLE,
        /** The connection ends, and nothing reaches the store. */
        CUT,
        /** The store does it, and the reply is lost. */
        LOST_REPLY,
        /** The connection ends in the middle of the reply's body. */
        TRUNCATED,
        /** As a store that does not know If-None-Match: what is there already is no reason to refuse. */
        CONDITION_IGNORED
    }

    private final ServerSocket server;
    private final URI behind;
    private final Thread acceptor;
    /** Given method and path. */
    volatile BiFunction<String, String, Fault> faults = (_, _) -> Fault.NONE;

    FaultyS3(URI behind) {
        this.behind = behind;
        try {
            server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.close();
            acceptor.join(LONGEST);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** One request for each connection: every reply says that it is the last. */
    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout((int) LONGEST.toMillis());
            InputStream in = new BufferedInputStream(client.getInputStream());
            List<String> head = head(in);
            if (head.isEmpty()) {
                return;
            }
            byte[] body = in.readNBytes(length(head));
            String[] request = head.getFirst().split(" ");
            Fault fault = faults.apply(request[0], request[1]);
            switch (fault) {
                case CUT -> {}
                case UNAVAILABLE ->
                    client.getOutputStream()
                            .write("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(ISO_8859_1));
                default -> client.getOutputStream().write(spoilt(fault, forward(head, body)));
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone away: that is its affair.
        }
    }

    private static byte[] spoilt(Fault fault, byte[] reply) throws InterruptedException {
        switch (fault) {
            case LOST_REPLY -> {
                return new byte[0];
            }
            case TRUNCATED -> {
                int body = new String(reply, ISO_8859_1).indexOf("\r\n\r\n") + 4;
                return Arrays.copyOf(reply, body + (reply.length - body) / 2);
            }
            case CONDITION_IGNORED -> {
                if (new String(reply, ISO_8859_1).startsWith("HTTP/1.1 412")) {
                    return "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .getBytes(ISO_8859_1);
                }
            }
            case SLOW -> Thread.sleep(Duration.ofMillis(700));
            default -> {}
        }
        return reply;
    }

    private byte[] forward(List<String> head, byte[] body) throws IOException {
        try (Socket store = new Socket(behind.getHost(), behind.getPort())) {
            store.setSoTimeout((int) LONGEST.toMillis());
            String request = head.stream()
                    .filter(line -> !is(line, "connection") && !is(line, "upgrade") && !is(line, "http2-settings"))
                    .collect(Collectors.joining("\r\n", "", "\r\nConnection: close\r\n\r\n"));
            store.getOutputStream().write(request.getBytes(ISO_8859_1));
            store.getOutputStream().write(body);
            store.getOutputStream().flush();
            return store.getInputStream().readAllBytes();
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return List.of();
            }
            head.write(b);
        }
        return head.toString(ISO_8859_1).strip().lines().toList();
    }

    private static int length(List<String> head) {
        return head.stream()
                .filter(line -> is(line, "content-length"))
                .map(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static boolean is(String line, String header) {
        return line.toLowerCase(Locale.ROOT).startsWith(header + ":");
    }
}
