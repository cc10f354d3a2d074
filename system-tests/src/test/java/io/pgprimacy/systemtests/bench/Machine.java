package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where and on what it was measured; a number without it says nothing. */
public record Machine(int processors, String load, String postgres, String java, String commit) {
    /** Asked for once: on a machine as busy as a campaign makes it, git takes long over a tree that others change. */
    private static final String COMMIT = askGit();

    static Machine now(SandboxUnderTest sandbox) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                loadAverages(),
                Database.ask(sandbox.look().primaryPort(), "SHOW server_version"),
                Runtime.version().toString(),
                describeCommit());
    }

    /** Load averages of 1, 5 and 15 minutes. */
    public static String loadAverages() {
        try {
            String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ");
            return String.join(" ", words[0], words[1], words[2]);
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Processor time that all processes have used since the machine was started, but for those of a lower priority. */
    static long processorMillis() throws IOException {
        // cpu user nice system idle ..., in hundredths of a second.
        String[] words = Files.readString(Path.of("/proc/stat"))
                .lines()
                .findFirst()
                .orElseThrow()
                .split(" +");
        return 10 * (Long.parseLong(words[1]) + Long.parseLong(words[3]));
    }

    /**
     * Has the hypervisor hand over most of the memory that is free. A virtual machine is given a page when it first uses it, which may cost ten times what the use
     * itself does; whoever is measured first would pay that for everybody.
     */
    static void useFreeMemoryOnce() throws IOException {
        long free = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemFree:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
        String heap = free / 1024 * 3 / 4 + "m";
        java("-XX:+AlwaysPreTouch", "-Xms" + heap, "-Xmx" + heap, "-version");
    }

    /** Runs a JVM of its own to its end; with this one's Java. */
    static String java(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        return Command.run(Duration.ofMinutes(10), Map.of(), SandboxUnderTest.HOME, command)
                .expectSuccess()
                .out()
                .strip();
    }

    public static String describeCommit() {
        return COMMIT;
    }

    private static String askGit() {
        try {
            return Command.run(
                            Duration.ofMinutes(1),
                            Map.of(),
                            SandboxUnderTest.HOME,
                            List.of("git", "describe", "--always", "--dirty"))
                    .out()
                    .strip();
        } catch (UncheckedIOException | AssertionError e) {
            return "unknown";
        }
    }
}
