package io.pgprimacy.cli;

import io.pgprimacy.log.LogVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code events export}. Verified as it comes, and under its name only when it is whole. */
@Command(
        name = "export",
        description =
                "The whole log into a file, one JSON document a line, for replay, verify-log, or whatever reads CloudEvents."
                        + " Exit code 1 where it is not sound.")
final class ExportCommand extends ClusterCommand {
    private static final Duration TOPIC = Duration.ofSeconds(30);

    /** It is verified before its first line is sent, and years of it are many objects. */
    private static final Duration STORED = Duration.ofMinutes(30);

    @Parameters(index = "0", paramLabel = "FILE", description = "Where to; must not exist.")
    Path file = Path.of("");

    @Option(
            names = "--from-store",
            description = "What the object store holds: without heartbeats, and also when the topic is gone.")
    boolean fromStore;

    @Option(
            names = "--incarnation",
            paramLabel = "N",
            description = "With --from-store: an earlier life of the cluster; the newest where it is left out.")
    @Nullable
    Integer incarnation;

    ExportCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        if (Files.exists(file)) {
            throw new CliFailure(ExitCode.USAGE, file + " exists already", "name another file, or move that one away");
        }
        if (incarnation != null && (!fromStore || incarnation < 1)) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--incarnation " + incarnation + " names no stored log",
                    "it is a number from 1 on, and goes with --from-store");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        LogVerifier verifier = new LogVerifier();
        try {
            fetch(client, part, verifier);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            throw new CliFailure(
                    ExitCode.FAILED, file + " cannot be written: " + e.getMessage(), "is there room, and may you?", e);
        } finally {
            deleteQuietly(part);
        }
        LogVerifier.Report report = verifier.report();
        tell(report);
        return report.isSound() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private String path() {
        return !fromStore ? "/log" : "/log?source=store" + (incarnation == null ? "" : "&incarnation=" + incarnation);
    }

    private void fetch(CoordinatorClient client, Path part, LogVerifier verifier) throws IOException {
        try (Writer out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            client.lines(path(), fromStore ? STORED : TOPIC, line -> {
                verifier.read(line);
                write(out, line);
            });
        }
    }

    private static void deleteQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // What went wrong before has been said, or nothing did.
        }
    }

    private static void write(Writer out, String line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell(LogVerifier.Report report) {
        if (json) {
            ObjectNode document = VerifyLogCommand.document(report);
            document.put("file", file.toString());
            app.print(document);
        } else {
            VerifyLogCommand.tell(app, report);
        }
    }
}
