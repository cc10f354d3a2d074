package io.pgprimacy.cli;

import picocli.CommandLine.Command;

@Command(name = "list", description = "Members with their role, state and lag.")
final class ListCommand extends ClusterCommand {
    ListCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        ClusterView view = ClusterView.of(client);
        if (json) {
            app.print(view.document());
        } else {
            view.print(app.out());
        }
        return ExitCode.DONE;
    }
}
