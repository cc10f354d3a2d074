package io.pgprimacy.systemtests.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./dev bench}: what it costs and how long it takes, with real processes on this machine. */
@Command(
        name = "./dev bench",
        mixinStandardHelpOptions = true,
        subcommands = {
            FailoverBench.class,
            AgentBench.class,
            SoakBench.class,
            FoldBench.class,
            ReplayBench.class,
            DashboardBench.class,
            TakeoverBench.class,
            BackupBench.class,
            RecoveryBench.class,
            StoreLagBench.class
        },
        synopsisSubcommandLabel = "failover|agent|soak|fold|replay|dashboard|takeover|backup|recovery|store-lag")
public final class BenchMain {
    private BenchMain() {}

    /** A program's entry point needs an instance for its command. */
    static final class Factory implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type == BenchMain.class
                    ? type.cast(new BenchMain())
                    : CommandLine.defaultFactory().create(type);
        }
    }

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new BenchMain(), new Factory());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, _, _) -> {
            e.printStackTrace();
            return 1;
        });
        System.exit(line.execute(arguments));
    }
}
