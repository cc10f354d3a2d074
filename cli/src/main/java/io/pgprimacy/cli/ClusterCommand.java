package io.pgprimacy.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command about one cluster. */
abstract class ClusterCommand implements Callable<Integer> {
    final App app;

    @Mixin
    Connection connection = new Connection();

    @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
    boolean json;

    ClusterCommand(App app) {
        this.app = app;
    }

    @Override
    public final Integer call() {
        return run(connection.open(app, cluster())).number();
    }

    /** Its name, where it is not the one of the option. */
    String cluster() {
        return connection.cluster;
    }

    abstract ExitCode run(CoordinatorClient client);
}
