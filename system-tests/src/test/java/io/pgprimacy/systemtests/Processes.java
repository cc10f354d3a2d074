package io.pgprimacy.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Signals, and what Linux says of processes. */
public final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** By the shell's own kill: Java can send only SIGTERM and SIGKILL. What is gone already is no error. */
    public static void signal(String signal, Collection<Long> pids) {
        if (pids.isEmpty()) {
            return;
        }
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$@\" 2>/dev/null || :", "kill", signal));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        Command.run(Duration.ofSeconds(10), Map.of(), Path.of("/"), command).expectSuccess();
    }

    public static List<Long> childrenOf(long parent) {
        return all().stream().filter(pid -> parentOf(pid) == parent).toList();
    }

    /** A zombie has ended: nothing of it can run any more. */
    public static boolean isAlive(long pid) {
        String state = stat(pid, 0);
        return !state.isEmpty() && !state.equals("Z") && !state.equals("X");
    }

    private static long parentOf(long pid) {
        String parent = stat(pid, 1);
        return parent.isEmpty() ? -1 : Long.parseLong(parent);
    }

    /** User and system time so far. */
    public static Duration cpuOf(long pid) {
        long ticks = Long.parseLong(stat(pid, 11)) + Long.parseLong(stat(pid, 12));
        return Duration.ofMillis(ticks * 10);
    }

    /** Proportional set size in bytes: shared pages count by the share of those that share them. */
    public static long pssOf(long pid) {
        try {
            return Files.readAllLines(PROC.resolve(pid + "/smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Pids whose command line or environment contains {@code mark}. */
    public static List<Long> mentioning(String mark) {
        return all().stream()
                .filter(pid -> pid != ProcessHandle.current().pid())
                .filter(pid -> contains(pid, "cmdline", mark) || contains(pid, "environ", mark))
                .filter(Processes::isAlive)
                .toList();
    }

    public static String commandLine(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean contains(long pid, String file, String mark) {
        try {
            return Files.readString(PROC.resolve(pid + "/" + file), StandardCharsets.ISO_8859_1)
                    .contains(mark);
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            entries.forEach(entry -> pids.add(Long.parseLong(entry.getFileName().toString())));
        } catch (IOException e) {
            throw new IllegalStateException("this system has no /proc", e);
        }
        return pids;
    }

    /** Field of /proc/PID/stat, counted from the state; empty when there is no such process. */
    private static String stat(long pid, int field) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[field];
        } catch (IOException e) {
            return "";
        }
    }
}
