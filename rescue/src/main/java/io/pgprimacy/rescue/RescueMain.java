package io.pgprimacy.rescue;

import io.pgprimacy.backup.restore.RestoreRefused;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./pgprimacy rescue}: for the day on which nothing else is left. Needs no Kafka, no service and no PostgreSQL. Exit codes: 0 done, 1
 * failed or refused, 2 wrong usage.
 */
public final class RescueMain {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private RescueMain() {}

    @Command(
            name = "pgprimacy rescue",
            description = "Restores backups, and reads logs, from the bucket and the master key alone.",
            mixinStandardHelpOptions = true,
            subcommands = {
                ListCommand.class,
                WalCommand.class,
                LogCommand.class,
                RestoreCommand.class,
                VerifyCommand.class,
                DiscardedCommands.Listing.class,
                DiscardedCommands.Fetch.class,
                DrillCommand.class,
                DumpCommands.Dump.class,
                KeyCommands.Generate.class,
                KeyCommands.Rotate.class
            },
            footer = {
                "",
                "Credentials of the bucket come from " + RepositoryOptions.ACCESS_KEY + " and "
                        + RepositoryOptions.SECRET_KEY + "."
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

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Root())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, _, _) -> switch (e) {
                    case RestoreRefused refused -> fail(refused, refused.hint(), FAILED);
                    case IllegalArgumentException wrong -> fail(wrong, "--help shows what it takes", USAGE);
                    case IOException trouble ->
                        fail(
                                trouble,
                                "nothing that could be started was left behind; empty the target before trying again",
                                FAILED);
                    default -> throw e;
                })
                .execute(arguments);
    }

    private static int fail(Exception e, String hint, int code) {
        System.err.println("error: " + e.getMessage());
        System.err.println("hint: " + hint);
        return code;
    }
}
