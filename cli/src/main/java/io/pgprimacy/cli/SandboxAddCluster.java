package io.pgprimacy.cli;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.sandbox.Programs;
import io.pgprimacy.sandbox.Sandbox;
import io.pgprimacy.sandbox.SandboxFailure;
import io.pgprimacy.sandbox.Shutdown;
import io.pgprimacy.sandbox.Spec;
import io.pgprimacy.sandbox.Starter;
import io.pgprimacy.sandbox.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sandbox add-cluster}. */
@Command(
        name = "add-cluster",
        description = {
            "Starts hosts with empty disks, whose agents wait for a second cluster of that name: for clone, or for create.",
            "The storage service and the coordinators are started again, for they have a token for each cluster."
        })
final class SandboxAddCluster extends SandboxCommands.SandboxCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Its hosts are NAME1, NAME2, ...")
    String name = "";

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "PostgreSQL hosts; default: ${DEFAULT-VALUE}.")
    int nodes = 3;

    SandboxAddCluster(App app) {
        super(app);
    }

    @Override
    public Integer call() {
        Sandbox before = existing();
        List<Unit> holders = new ArrayList<>(before.spec().coordinatorUnits());
        before.spec().storage().map(Spec.Storage::service).ifPresent(holders::add);
        List<Unit> down =
                holders.stream().filter(unit -> !before.isRunning(unit)).toList();
        if (!down.isEmpty()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "the sandbox does not run: " + names(down) + " is down",
                    "start it first: pgprimacy sandbox up");
        }
        Programs programs = Programs.find(System.getProperty("pgprimacy.home", "."), app.environment());
        Sandbox sandbox = added(before);
        List<Unit> agents = sandbox.spec().agentUnits().stream()
                .filter(unit -> sandbox.spec().hosts(name).stream()
                        .anyMatch(h -> h.name().equals(unit.name())))
                .toList();
        new Shutdown(sandbox, app::say).stop(holders);
        sandbox.prepare(programs);
        List<Unit> all = new ArrayList<>(holders);
        all.addAll(agents);
        new Starter(sandbox.layout()).startAll(all).forEach(app::say);
        if (json) {
            app.print(App.JSON.createObjectNode().put("cluster", name).put("hosts", agents.size()));
        } else {
            app.out()
                    .println(names(agents) + " wait for cluster " + name + ": pgprimacy clone " + name + " --from "
                            + sandbox.spec().cluster() + " --profile "
                            + sandbox.spec().profile()
                            + ", or pgprimacy create --cluster " + name + " --first "
                            + agents.getFirst().name());
        }
        return ExitCode.DONE.number();
    }

    private Sandbox added(Sandbox before) {
        try {
            return before.withCluster(new ClusterId(name), nodes);
        } catch (IllegalArgumentException | SandboxFailure e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    String.valueOf(e.getMessage()),
                    e instanceof SandboxFailure failure ? failure.hint() : "choose another name",
                    e);
        }
    }

    private static String names(List<Unit> units) {
        return units.stream().map(Unit::name).collect(Collectors.joining(", "));
    }
}
