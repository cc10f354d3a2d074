package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.SandboxUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "takeover",
        description = "How long a failover waits when the coordinator that opened it is killed or frozen.")
final class TakeoverBench implements Callable<Integer> {
    @Option(names = "--runs", defaultValue = "8", description = "Half of them by SIGKILL, half by SIGSTOP.")
    int runs;

    @Override
    public Integer call() {
        List<Double> took = new ArrayList<>();
        List<Double> outage = new ArrayList<>();
        SandboxUnderTest.Options three = SandboxUnderTest.Options.ASYNCHRONOUS.withCoordinators(3);
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(three)) {
            Machine machine = Machine.now(sandbox);
            Takeover takeover = new Takeover(sandbox);
            for (int i = 0; i < runs; i++) {
                Takeover.Loss loss = i % 2 == 0 ? Takeover.Loss.KILL : Takeover.Loss.FREEZE;
                sandbox.telling(() -> {
                    Takeover.Outcome outcome = takeover.run(loss);
                    takeover.comeBack(outcome);
                    took.add(outcome.tookMillis());
                    outage.add(outcome.outageMillis());
                });
                System.err.printf(
                        "run %2d: %s  taken over after %4.0f ms, writes away for %4.0f ms%n",
                        i + 1, loss, took.getLast(), outage.getLast());
            }
            System.out.println(
                    "3 coordinators, profile fast; %d processors, load %s before, %s after; PostgreSQL %s, Java %s, commit %s"
                            .formatted(
                                    machine.processors(),
                                    machine.load(),
                                    Machine.loadAverages(),
                                    machine.postgres(),
                                    machine.java(),
                                    machine.commit()));
        }
        System.out.println("take-over: " + Distribution.of(took));
        System.out.println("outage: " + Distribution.of(outage));
        return 0;
    }
}
