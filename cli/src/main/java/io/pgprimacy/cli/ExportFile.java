package io.pgprimacy.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** An export that lies on this machine. */
final class ExportFile {
    private ExportFile() {}

    /** Line by line: a log of years does not fit into memory. */
    static void read(Path file, Consumer<String> each) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                each.accept(line);
            }
        } catch (MalformedInputException e) {
            throw new CliFailure(
                    ExitCode.USAGE, file + " is no text", "give a file that pgprimacy events export has made", e);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    file + " cannot be read: " + e.getMessage(),
                    "make one with: pgprimacy events export FILE",
                    e);
        }
    }
}
