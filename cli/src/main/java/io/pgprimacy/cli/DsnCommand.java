package io.pgprimacy.cli;

import io.pgprimacy.sandbox.Sandbox;
import io.pgprimacy.sandbox.Spec;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "dsn",
        description = "A libpq URI with every member; clients that use it find the primary by themselves.")
final class DsnCommand extends ClusterCommand {
    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "postgres",
            description = "Default: ${DEFAULT-VALUE}.")
    String user = "postgres";

    @Option(
            names = "--dbname",
            paramLabel = "NAME",
            defaultValue = "postgres",
            description = "Default: ${DEFAULT-VALUE}.")
    String database = "postgres";

    DsnCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        List<String> addresses = addresses(client);
        if (addresses.isEmpty()) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "cluster " + client.cluster() + " has no member with a known address yet",
                    "wait for it: pgprimacy wait healthy");
        }
        String uri = "postgresql://" + CoordinatorClient.encode(user) + "@" + String.join(",", addresses) + "/"
                + CoordinatorClient.encode(database) + "?target_session_attrs=read-write";
        if (json) {
            app.print(App.JSON.createObjectNode().put("dsn", uri));
        } else {
            app.out().println(uri);
        }
        return ExitCode.DONE;
    }

    /** The addresses do not change with the state of the cluster, so a sandbox without a coordinator still knows them. */
    private List<String> addresses(CoordinatorClient client) {
        try {
            return ClusterView.of(client).members().stream()
                    .map(ClusterView::address)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (CliFailure e) {
            Optional<Sandbox> sandbox = connection.sandbox(app);
            List<Spec.Host> hosts =
                    sandbox.map(s -> s.spec().hosts(client.cluster())).orElse(List.of());
            if (e.code() != ExitCode.UNREACHABLE || hosts.isEmpty()) {
                throw e;
            }
            return hosts.stream().map(Spec.Host::postgresEndpoint).toList();
        }
    }
}
