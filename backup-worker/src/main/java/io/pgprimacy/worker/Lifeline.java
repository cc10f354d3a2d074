package io.pgprimacy.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.util.Properties;

/**
 * The standard input of a process that must not outlive who started it: settings up to an empty line, and after that nothing, until its
 * end says that the other is gone or wants this one to go. A pipe is closed by the kernel, so that also holds for a kill -9.
 */
public final class Lifeline {
    /** Of a process that ended because its lifeline did. */
    public static final int CUT = 3;

    private final BufferedReader in;

    public Lifeline(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    /** As in a properties file. */
    public Properties settings() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            text.append(line).append('\n');
        }
        Properties settings = new Properties();
        settings.load(new StringReader(text.toString()));
        return settings;
    }

    /** From now on this process ends with it, at once and whatever it does. */
    public void hold() {
        Thread.ofPlatform().daemon().name("lifeline").start(() -> {
            try {
                while (in.read() >= 0) {
                    // Nothing is said here.
                }
            } catch (IOException e) {
                System.err.println("standard input cannot be read: " + e.getMessage());
            }
            // No shutdown hooks: whatever they would wait for, the other side is gone.
            Runtime.getRuntime().halt(CUT);
        });
    }
}
