package io.pgprimacy.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of this machine, once looked at. PostgreSQL's are told by their working directory, which is their data
 * directory for as long as they live, whatever became of their parent and of {@code postmaster.pid}.
 */
final class ProcessTable {
    /** Set for everything that a start script starts, and inherited from there. */
    static final String MARK = "PGPRIMACY_SANDBOX_MARK";

    private record Entry(ProcessId id, ProcessId.Stat stat) {}

    private final List<Entry> entries;

    private ProcessTable(List<Entry> entries) {
        this.entries = entries;
    }

    static ProcessTable read() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : all) {
                long pid = Long.parseLong(each.getFileName().toString());
                ProcessId.Stat.of(pid)
                        .filter(stat -> !stat.dead())
                        .ifPresent(stat -> entries.add(new Entry(new ProcessId(pid, stat.started()), stat)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProcessTable(entries);
    }

    /** PostgreSQL's processes on this data directory, the postmaster first when there is one. */
    List<ProcessId> postgres(Path dataDir) {
        Set<Long> pids = new HashSet<>();
        List<Entry> found = new ArrayList<>();
        Optional<Long> written = postmasterPid(dataDir);
        for (Entry entry : entries) {
            if (entry.stat().name().equals("postgres") && runsIn(entry.id().pid(), dataDir, written)) {
                found.add(entry);
                pids.add(entry.id().pid());
            }
        }
        // Where /proc/PID/cwd may not be read, the postmaster is known by its file and the others as its children.
        for (Entry entry : entries) {
            if (!pids.contains(entry.id().pid()) && pids.contains(entry.stat().parent())) {
                found.add(entry);
            }
        }
        found.sort((a, b) -> Boolean.compare(
                pids.contains(a.stat().parent()), pids.contains(b.stat().parent())));
        return found.stream().map(Entry::id).toList();
    }

    /** The postmaster itself: the only one whose parent is not one of them. Orphaned backends are no postmaster. */
    Optional<ProcessId> postmaster(Path dataDir) {
        Optional<Long> written = postmasterPid(dataDir);
        return postgres(dataDir).stream()
                .filter(id -> written.isPresent() && written.get() == id.pid())
                .findFirst();
    }

    List<ProcessId> children(ProcessId parent, String name) {
        return entries.stream()
                .filter(entry -> entry.stat().parent() == parent.pid()
                        && entry.stat().name().equals(name))
                .map(Entry::id)
                .toList();
    }

    /** Whether it is a Java program with that main class. */
    static boolean runs(ProcessId process, String mainClass) {
        try {
            return Files.readString(
                            Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
                    .contains("." + mainClass + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    /** Processes that carry the mark of this sandbox, as far as their environment may be read. */
    List<ProcessId> marked(Path root) {
        byte[] wanted = (MARK + "=" + root).getBytes(StandardCharsets.UTF_8);
        return entries.stream()
                .map(Entry::id)
                .filter(id -> hasVariable(id.pid(), wanted))
                .toList();
    }

    private static boolean runsIn(long pid, Path dataDir, Optional<Long> written) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
                    .equals(dataDir);
        } catch (IOException e) {
            return written.isPresent() && written.get() == pid;
        }
    }

    private static Optional<Long> postmasterPid(Path dataDir) {
        try {
            return Files.readAllLines(dataDir.resolve("postmaster.pid")).stream()
                    .findFirst()
                    .map(line -> Long.parseLong(line.strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean hasVariable(long pid, byte[] wanted) {
        byte[] environment;
        try {
            environment = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
        } catch (IOException e) {
            return false;
        }
        String all = "\0" + new String(environment, StandardCharsets.ISO_8859_1) + "\0";
        return all.contains("\0" + new String(wanted, StandardCharsets.ISO_8859_1) + "\0");
    }
}
