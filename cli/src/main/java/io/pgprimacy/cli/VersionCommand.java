package io.pgprimacy.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "version", description = "The version of this program.")
final class VersionCommand implements Callable<Integer> {
    private final App app;

    @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
    boolean json;

    VersionCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        if (json) {
            app.print(App.JSON.createObjectNode().put("version", Version.text()));
        } else {
            app.out().println("pgprimacy " + Version.text());
        }
        return ExitCode.DONE.number();
    }
}
