package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.process.OutlivingProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where backups are at work that outlive this agent: a directory for each, named by the decision that ordered it. It is there until the log has the end
 * of it, and goes before the next one begins in any case.
 */
final class WorkDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);
    private static final Pattern NAME = Pattern.compile("backup-([0-9]{1,18})");

    private final Path path;

    private WorkDirectory(Path path) {
        this.path = path;
    }

    /** One that an earlier life of this agent has begun, and that may have ended since. */
    record Left(long ordered, OutlivingProcess process) {}

    /**
     * Below the agent's state, and from now on with the lock by which workers see that an agent is there. Where it cannot be made, no backup can be
     * begun; that is no reason for an agent not to start.
     */
    static WorkDirectory in(Path state) {
        WorkDirectory works = new WorkDirectory(below(state));
        try {
            Files.createDirectories(works.path);
            // The lock must be within reach of PostgreSQL's user; what the works say is the agent's alone.
            Files.setPosixFilePermissions(works.path, PosixFilePermissions.fromString("rwx--x--x"));
            AgentLock.hold(works.lock());
        } catch (IOException e) {
            LOG.error("{} cannot be made: no backup can be begun", works.path, e);
        }
        return works;
    }

    static Path below(Path state) {
        return state.toAbsolutePath().normalize().resolve("work");
    }

    Path lock() {
        return path.resolve("agent.lock");
    }

    /** New and empty. Whatever else may be at work ends. */
    Path begin(long ordered) {
        all().forEach(this::discard);
        return directory(ordered);
    }

    /** The newest; any other ends. */
    Optional<Left> left() {
        List<Long> all = all();
        all.stream().skip(1).forEach(this::discard);
        Optional<Left> left = all.stream()
                .findFirst()
                .flatMap(ordered -> OutlivingProcess.find(directory(ordered)).map(found -> new Left(ordered, found)));
        if (left.isEmpty()) {
            all.forEach(this::forget);
        }
        return left;
    }

    private void discard(long ordered) {
        OutlivingProcess.find(directory(ordered)).ifPresent(OutlivingProcess::end);
        forget(ordered);
    }

    void forget(long ordered) {
        Path directory = directory(ordered);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (NoSuchFileException e) {
            LOG.debug("{} has gone already", directory);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed", directory, e);
        }
    }

    private Path directory(long ordered) {
        return path.resolve("backup-" + ordered);
    }

    private List<Long> all() {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(path)) {
            return StreamSupport.stream(names.spliterator(), false)
                    .map(name -> NAME.matcher(name.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            LOG.warn("{} cannot be read", path, e);
            return List.of();
        }
    }
}
