package io.pgprimacy.agent.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** Empties one pipe, so that a talkative program never blocks on it; keeps the end of what was said. */
final class Drain {
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final int KEPT_CHARACTERS = 256 * 1024;

    private final StringBuilder kept = new StringBuilder();
    private final Thread thread;

    Drain(InputStream stream, Consumer<String> onLine) {
        thread = Thread.ofPlatform().daemon().name("process-output").start(() -> read(stream, onLine));
    }

    private void read(InputStream stream, Consumer<String> onLine) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                note(line);
                onLine.accept(line);
            }
        } catch (IOException e) {
            // The pipe breaks when the program is killed; what it had said is kept.
            note("");
        }
    }

    synchronized void note(String line) {
        kept.append(line).append('\n');
        if (kept.length() > KEPT_CHARACTERS) {
            kept.delete(0, kept.length() - KEPT_CHARACTERS);
        }
    }

    void await() {
        try {
            thread.join(BOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized String text() {
        return kept.toString();
    }
}
