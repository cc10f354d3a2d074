package io.pgprimacy.cli;

import io.pgprimacy.sandbox.Kind;
import io.pgprimacy.sandbox.Programs;
import io.pgprimacy.sandbox.Sandbox;
import io.pgprimacy.sandbox.Starter;
import io.pgprimacy.sandbox.TotalLoss;
import io.pgprimacy.sandbox.Unit;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code sandbox destroy-all}. */
@Command(
        name = "destroy-all",
        description = {
            "Kills everything but the object store at once and wipes every disk, Kafka's too: the cluster's log is gone.",
            "Then starts new, empty hosts, brokers and coordinators in their place, for restore cluster --from-bucket."
        })
final class SandboxDestroyAll extends SandboxCommands.SandboxCommand {
    SandboxDestroyAll(App app) {
        super(app);
    }

    @Override
    public Integer call() {
        Sandbox sandbox = existing();
        if (sandbox.spec().storage().isEmpty()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "the sandbox has no object store, so nothing would be left",
                    "make one with it: pgprimacy sandbox up without --no-storage");
        }
        Programs programs = Programs.find(System.getProperty("pgprimacy.home", "."), app.environment());
        List<Unit> lost = new TotalLoss(sandbox).destroy();
        sandbox.prepare(programs);
        Starter starter = new Starter(sandbox.layout());
        starter.startAll(of(lost, Kind.KAFKA)).forEach(app::say);
        starter.startAll(Stream.of(Kind.AGENT, Kind.COORDINATOR)
                        .flatMap(kind -> of(lost, kind).stream())
                        .toList())
                .forEach(app::say);
        if (json) {
            app.print(App.JSON.createObjectNode().put("lost", lost.size()));
        } else {
            app.out()
                    .println(
                            "all is lost but the bucket and the master key; new hosts wait: pgprimacy restore cluster --from-bucket");
        }
        return ExitCode.DONE.number();
    }

    private static List<Unit> of(List<Unit> units, Kind kind) {
        return units.stream().filter(unit -> unit.kind() == kind).toList();
    }
}
