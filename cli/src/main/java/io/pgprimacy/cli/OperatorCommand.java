package io.pgprimacy.cli;

import io.pgprimacy.access.Operators;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "operator",
        description =
                "Makes a new operator's token: writes it into a file, and prints the line for the operators' file.")
final class OperatorCommand implements Callable<Integer> {
    private final App app;

    @Parameters(paramLabel = "NAME", description = "Stands as actor in the log, such as jane or jane@example.org.")
    String name = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Where the token goes, for --token-file; must not exist. Nobody else may read it.")
    Path out = Path.of("");

    OperatorCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        if (!Operators.isName(name)) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "'" + name + "' is no operator's name",
                    "1 to 63 letters, digits, '.', '_', '@' and '-'");
        }
        String token = Operators.newToken();
        try {
            Files.createFile(out, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(out, token + "\n");
        } catch (FileAlreadyExistsException e) {
            throw new CliFailure(ExitCode.USAGE, out + " exists already", "name another file, or remove it", e);
        } catch (IOException e) {
            throw new CliFailure(ExitCode.FAILED, out + " cannot be written: " + e.getMessage(), "", e);
        }
        app.out().println(Operators.line(name, token));
        app.say("the token is in " + out + "; put the line into the file that pgprimacy.operators.file (coordinators)"
                + " or api.operators.file (agents) names, and start them again");
        return ExitCode.DONE.number();
    }
}
