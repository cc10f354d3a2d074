package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process for as long as the machine is up: a pid alone may have been given to somebody else since.
 *
 * @param started field 22 of {@code /proc/PID/stat}, clock ticks since the machine's start
 */
record ProcessId(long pid, long started) {

    /** What runs under this pid now; a zombie does not run. */
    static Optional<ProcessId> running(long pid) {
        return Stat.of(pid).filter(stat -> !stat.dead()).map(stat -> new ProcessId(pid, stat.started()));
    }

    /** From a file that holds "pid start-time"; empty when the file is missing, damaged, or of a process that is gone. */
    static Optional<ProcessId> running(Path file) {
        try {
            String[] words = Files.readString(file).strip().split("\\s+");
            ProcessId written = new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1]));
            return Optional.of(written).filter(ProcessId::isRunning);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    boolean isRunning() {
        return running(pid).filter(this::equals).isPresent();
    }

    /** The parts of {@code /proc/PID/stat} that are of use here. */
    record Stat(String name, char state, long parent, long started) {
        static Optional<Stat> of(long pid) {
            try {
                return Optional.of(parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        /** The name stands in parentheses and may itself hold any character, so the fields are counted from the last one. */
        static Stat parse(String line) {
            int end = line.lastIndexOf(')');
            String[] fields = line.substring(end + 2).split(" ");
            return new Stat(
                    line.substring(line.indexOf('(') + 1, end),
                    fields[0].charAt(0),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[19]));
        }

        boolean dead() {
            return state == 'Z' || state == 'X';
        }
    }
}
