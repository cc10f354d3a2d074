package io.pgprimacy.cli;

import io.pgprimacy.sandbox.HostLoss;
import io.pgprimacy.sandbox.Layout;
import io.pgprimacy.sandbox.RunningProcess;
import io.pgprimacy.sandbox.Sandbox;
import io.pgprimacy.sandbox.Shutdown;
import io.pgprimacy.sandbox.Starter;
import io.pgprimacy.sandbox.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A whole cluster on this machine. */
final class SandboxCommands {
    private SandboxCommands() {}

    static CommandLine commandLine(App app) {
        return new CommandLine(new Group())
                .addSubcommand(new SandboxUp(app))
                .addSubcommand(new Down(app))
                .addSubcommand(new Ps(app))
                .addSubcommand(new Start(app))
                .addSubcommand(new SandboxAddCluster(app))
                .addSubcommand(new DestroyHost(app))
                .addSubcommand(new SandboxDestroyAll(app));
    }

    @Command(
            name = "sandbox",
            description = "A whole cluster with real processes on this machine, to try and to break.")
    static final class Group implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "sandbox needs up, down, ps, start or add-cluster");
        }
    }

    /** What all of them share. */
    abstract static class SandboxCommand implements Callable<Integer> {
        final App app;

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description =
                        "Where it keeps everything; default: $PGPRIMACY_SANDBOX_DIR, else below /var/lib for root and"
                                + " below $XDG_STATE_HOME or ~/.local/state for others.")
        @Nullable
        Path dir;

        @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
        boolean json;

        SandboxCommand(App app) {
            this.app = app;
        }

        final Layout layout() {
            return Layout.find(Optional.ofNullable(dir), app.environment(), app.isRoot());
        }

        final Sandbox existing() {
            Layout layout = layout();
            return Sandbox.open(layout)
                    .orElseThrow(() -> new CliFailure(
                            ExitCode.USAGE,
                            "there is no sandbox in " + layout.root(),
                            "make one: pgprimacy sandbox up, or name its directory with --dir"));
        }
    }

    @Command(name = "down", description = "Stops everything that the sandbox started, and nothing else.")
    static final class Down extends SandboxCommand {
        @Option(names = "--purge", description = "Delete its directory, too: data, logs, everything.")
        boolean purge;

        Down(App app) {
            super(app);
        }

        @Override
        public Integer call() {
            Optional<Sandbox> sandbox = Sandbox.open(layout());
            int stopped = sandbox.map(s -> new Shutdown(s, app::say).stopAll()).orElse(0);
            if (purge) {
                sandbox.ifPresent(Sandbox::purge);
            }
            if (json) {
                app.print(App.JSON
                        .createObjectNode()
                        .put("stopped", stopped)
                        .put("purged", purge && sandbox.isPresent()));
            } else if (sandbox.isEmpty()) {
                app.out().println("there is no sandbox in " + layout().root() + ", nothing to stop");
            } else {
                app.out()
                        .println((stopped == 0 ? "nothing ran" : "sandbox stopped")
                                + (purge ? ", " + layout().root() + " deleted" : ""));
            }
            return ExitCode.DONE.number();
        }
    }

    @Command(name = "ps", description = "The processes of the sandbox that are alive.")
    static final class Ps extends SandboxCommand {
        Ps(App app) {
            super(app);
        }

        @Override
        public Integer call() {
            List<RunningProcess> processes =
                    Sandbox.open(layout()).map(Sandbox::processes).orElse(List.of());
            if (json) {
                ArrayNode all = App.JSON.createArrayNode();
                processes.forEach(process -> all.add(toJson(process)));
                app.print(all);
            } else if (processes.isEmpty()) {
                app.out().println("nothing runs in " + layout().root());
            } else {
                Table table = new Table("HOST", "KIND", ">PID", "URL", "DATA", "LOG");
                processes.forEach(p -> table.row(
                        p.host(),
                        p.kind().label(),
                        Long.toString(p.pid()),
                        p.url().orElse("-"),
                        p.dataDir().map(Path::toString).orElse("-"),
                        p.log().toString()));
                table.print(app.out());
            }
            return ExitCode.DONE.number();
        }

        private static ObjectNode toJson(RunningProcess process) {
            ObjectNode node = App.JSON.createObjectNode();
            node.put("host", process.host());
            node.put("kind", process.kind().label());
            node.put("pid", process.pid());
            process.port().ifPresentOrElse(port -> node.put("port", port), () -> node.putNull("port"));
            node.put("url", process.url().orElse(null));
            node.put("dataDir", process.dataDir().map(Path::toString).orElse(null));
            node.put("log", process.log().toString());
            return node;
        }
    }

    @Command(
            name = "start",
            description =
                    "Starts what is not running of a host, after it \"lost power\"; also brokers, coordinators, s3 and storage.")
    static final class Start extends SandboxCommand {
        @Parameters(
                index = "0",
                paramLabel = "HOST",
                description = "pg1, pg2, ..., kafka (of three: kafka1, ...), coordinator-1, ...")
        String host = "";

        Start(App app) {
            super(app);
        }

        @Override
        public Integer call() {
            Sandbox sandbox = existing();
            Unit unit = sandbox.spec()
                    .unit(host)
                    .orElseThrow(() -> new CliFailure(
                            ExitCode.USAGE,
                            "the sandbox has no host " + host,
                            "it has "
                                    + sandbox.spec().units().stream()
                                            .map(Unit::name)
                                            .collect(Collectors.joining(", "))));
            String said = new Starter(sandbox.layout()).begin(unit).await();
            if (json) {
                app.print(App.JSON.createObjectNode().put("host", host).put("said", said));
            } else {
                app.out().println(said);
            }
            return ExitCode.DONE.number();
        }
    }

    @Command(
            name = "destroy-host",
            description = "Kills everything of a database host at once and wipes its disk, as a fire would.")
    static final class DestroyHost extends SandboxCommand {
        @Parameters(index = "0", paramLabel = "HOST", description = "pg1, pg2, ...")
        String host = "";

        DestroyHost(App app) {
            super(app);
        }

        @Override
        public Integer call() {
            HostLoss loss = new HostLoss(existing());
            if (!loss.hosts().contains(host)) {
                throw new CliFailure(
                        ExitCode.USAGE,
                        "the sandbox has no database host " + host,
                        "it has " + String.join(", ", loss.hosts()));
            }
            int died = loss.destroy(host);
            if (json) {
                app.print(App.JSON.createObjectNode().put("host", host).put("died", died));
            } else {
                app.out()
                        .println(host + " is gone, its disk is empty; start it again: pgprimacy sandbox start " + host);
            }
            return ExitCode.DONE.number();
        }
    }
}
