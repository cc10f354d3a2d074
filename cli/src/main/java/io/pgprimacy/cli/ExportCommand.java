package io.pgprimacy.cli;

import io.pgprimacy.log.LogVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code events export}. Verified as it comes, and under its name only when it is whole. */
@Command(
        name = "export",
        description =
                "The whole log into a file, one JSON document a line, for replay, verify-log, or whatever reads CloudEvents."
                        + " Exit code 1 where it is not sound.")
final class ExportCommand extends ClusterCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "Where to; must not exist.")
    Path file = Path.of("");

    ExportCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        if (Files.exists(file)) {
            throw new CliFailure(ExitCode.USAGE, file + " exists already", "name another file, or move that one away");
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

    private static void fetch(CoordinatorClient client, Path part, LogVerifier verifier) throws IOException {
        try (Writer out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
            client.lines("/log", line -> {
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
