package io.pgprimacy.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The standard input of a process that must not outlive who started it, or not for long: settings up to an empty line, and after that nothing, until
 * its end says that the other is gone or wants this one to go. A pipe is closed by the kernel, so that also holds for a kill -9.
 */
public final class Lifeline {
    /** Of a process that ended because its lifeline did. */
    public static final int CUT = 3;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final BufferedReader in;

    public Lifeline(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    /** As in a properties file. Half of them are none: who was about to give them is gone, and knows nothing of this process. */
    public Properties settings() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = in.readLine(); line == null || !line.isEmpty(); line = in.readLine()) {
            if (line == null) {
                throw new EOFException("the settings end without an empty line");
            }
            text.append(line).append('\n');
        }
        Properties settings = new Properties();
        settings.load(new StringReader(text.toString()));
        return settings;
    }

    /** From now on this process ends with it, at once and whatever it does. */
    public void hold() {
        watch(() -> {});
    }

    /**
     * From now on this process goes on when it has ended, as long as somebody holds the lock, and for a while without.
     *
     * @param lock a file; whoever starts this process holds it, and so does whoever takes its place
     * @param alone for how long nobody may hold it
     * @param farewell told why, before the end
     */
    public void holdOrOutlive(Path lock, Duration alone, Consumer<String> farewell) {
        watch(() -> {
            awaitLonely(lock, alone);
            farewell.accept("its agent has not come back for " + alone.toSeconds() + " s");
        });
    }

    private void watch(Runnable whenCut) {
        Thread.ofPlatform().daemon().name("lifeline").start(() -> {
            awaitEnd();
            whenCut.run();
            // No shutdown hooks: whatever they would wait for, the other side is gone.
            Runtime.getRuntime().halt(CUT);
        });
    }

    private void awaitEnd() {
        try {
            while (in.read() >= 0) {
                // Nothing is said here.
            }
        } catch (IOException e) {
            System.err.println("standard input cannot be read: " + e.getMessage());
        }
    }

    private static void awaitLonely(Path lock, Duration bound) {
        long since = System.nanoTime();
        while (System.nanoTime() - since < bound.toNanos()) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            if (isHeld(lock)) {
                since = System.nanoTime();
            }
        }
    }

    /** By another process. Where it is free it is this one's for a moment, so whoever wants to hold it must wait for it. */
    private static boolean isHeld(Path lock) {
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.READ)) {
            return file.tryLock(0, Long.MAX_VALUE, true) == null;
        } catch (IOException e) {
            System.err.println("whether there is an agent cannot be seen: " + e);
            return false;
        }
    }
}
