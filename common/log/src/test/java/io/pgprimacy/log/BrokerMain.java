package io.pgprimacy.log;

import java.io.IOException;

/** The broker's own process: ends when its standard input does, so that it cannot outlive the test that started it. */
final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] args) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is ever written; only the end counts.
                }
            } catch (IOException e) {
                // The same as the end.
            }
            Runtime.getRuntime().halt(1);
        });
        kafka.Kafka.main(args);
    }
}
