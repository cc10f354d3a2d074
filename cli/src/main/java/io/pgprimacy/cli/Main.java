package io.pgprimacy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.sandbox.SandboxFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point. Every failure ends as one message and a hint on stderr, and an {@link ExitCode}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(App.ofProcess(), arguments));
    }

    public static int run(App app, String... arguments) {
        return commandLine(app, arguments).execute(arguments);
    }

    @Command(
            name = "pgprimacy",
            description = "Keeps PostgreSQL clusters writable, and can say why it did what it did.",
            synopsisSubcommandLabel = "COMMAND",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {
                "",
                "Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 no coordinator answers, 4 timed out.",
                "Progress and messages go to stderr, results to stdout; --json gives one JSON document there."
            })
    static final class Root implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "no command given");
        }
    }

    /** Only the command that is called is built, all of them when it is none: picocli's reflection takes its time. */
    static CommandLine commandLine(App app, String... arguments) {
        CommandLine root = new CommandLine(new Root());
        Map<String, Supplier<Object>> commands = commands(app);
        String called = arguments.length == 0 ? "" : arguments[0];
        commands.forEach((name, command) -> {
            if (!commands.containsKey(called) || called.equals(name)) {
                root.addSubcommand(name, command.get());
            }
        });
        addHelp(root);
        root.setOut(new PrintWriter(app.out(), true, UTF_8));
        root.setErr(new PrintWriter(app.err(), true, UTF_8));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.registerConverter(Duration.class, new Durations());
        root.setParameterExceptionHandler((e, _) -> usage(app, e));
        root.setExecutionExceptionHandler((e, _, _) -> failed(app, e));
        return root;
    }

    private static Map<String, Supplier<Object>> commands(App app) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("list", () -> new ListCommand(app));
        commands.put("status", () -> new StatusCommand(app));
        commands.put("wait", () -> new WaitCommand(app));
        commands.put("switchover", () -> new ChangeCommands.Switchover(app));
        commands.put("failover", () -> new ChangeCommands.Failover(app));
        commands.put("pause", () -> new ChangeCommands.PauseAutomation(app));
        commands.put("resume", () -> new ChangeCommands.Resume(app));
        commands.put("reset-automation", () -> new ChangeCommands.ResetAutomation(app));
        commands.put("restart", () -> new RestartCommand(app));
        commands.put("reload", () -> new ChangeCommands.Reload(app));
        commands.put("rebuild", () -> new ChangeCommands.Rebuild(app));
        commands.put("remove", () -> new ChangeCommands.Remove(app));
        commands.put("admit", () -> new ChangeCommands.Admit(app));
        commands.put("backup", () -> BackupCommands.commandLine(app));
        commands.put("backups", () -> new BackupsCommand(app));
        commands.put("drill", () -> DrillCommands.commandLine(app));
        commands.put("pin", () -> new PinCommands.Pin(app));
        commands.put("unpin", () -> new PinCommands.Unpin(app));
        commands.put("retention", () -> RetentionCommands.commandLine(app));
        commands.put("restore", () -> RestoreCommands.commandLine(app));
        commands.put("clone", () -> new CloneCommand(app));
        commands.put("verify-repository", () -> new VerifyRepositoryCommand(app));
        commands.put("wal", () -> WalCommands.commandLine(app));
        commands.put("explain", () -> new ExplainCommand(app));
        commands.put("why-not", () -> new WhyNotCommand(app));
        commands.put("events", () -> new CommandLine(new EventsCommand(app)).addSubcommand(new ExportCommand(app)));
        commands.put("operations", () -> new OperationsCommand(app));
        commands.put("replay", () -> new ReplayCommand(app));
        commands.put("verify-log", () -> new VerifyLogCommand(app));
        commands.put("dsn", () -> new DsnCommand(app));
        commands.put("config", () -> ConfigCommands.commandLine(app));
        commands.put("create", () -> new CreateCommand(app));
        commands.put("operator", () -> new OperatorCommand(app));
        commands.put("import-patroni", () -> new ImportPatroniCommand(app));
        commands.put("sandbox", () -> SandboxCommands.commandLine(app));
        commands.put("version", () -> new VersionCommand(app));
        return commands;
    }

    /** {@code --help} everywhere, without a line for it in each class. */
    private static void addHelp(CommandLine line) {
        for (CommandLine each : line.getSubcommands().values()) {
            each.getCommandSpec()
                    .addOption(OptionSpec.builder("-h", "--help")
                            .usageHelp(true)
                            .description("This text.")
                            .build());
            addHelp(each);
        }
    }

    private static int usage(App app, ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        List<String> similar =
                e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String hint = similar.isEmpty()
                ? command + " --help shows what it takes"
                : "did you mean " + String.join(" or ", similar) + "? " + command + " --help shows what there is";
        return say(app, new CliFailure(ExitCode.USAGE, decapitalised(String.valueOf(e.getMessage())), hint));
    }

    private static int failed(App app, Exception e) {
        return switch (e) {
            case CliFailure failure -> say(app, failure);
            case CoordinatorClient.Problem problem -> say(app, problem.asFailure());
            case SandboxFailure failure ->
                say(app, new CliFailure(ExitCode.FAILED, String.valueOf(failure.getMessage()), failure.hint()));
            case ParameterException usage -> usage(app, usage);
            default -> {
                // A defect of ours: the trace is for the report, and only then worth its lines.
                if (app.environment().containsKey("PGPRIMACY_DEBUG")) {
                    e.printStackTrace(app.err());
                }
                yield say(
                        app,
                        new CliFailure(
                                ExitCode.FAILED,
                                "unexpected: " + e,
                                "this is a defect of pgprimacy; PGPRIMACY_DEBUG=1 shows where it comes from"));
            }
        };
    }

    private static int say(App app, CliFailure failure) {
        app.err().println("error: " + failure.getMessage());
        if (!failure.hint().isBlank()) {
            app.err().println("hint: " + failure.hint());
        }
        return failure.code().number();
    }

    private static String decapitalised(String message) {
        boolean acronym = message.length() > 1 && Character.isUpperCase(message.charAt(1));
        return message.isEmpty() || acronym ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
