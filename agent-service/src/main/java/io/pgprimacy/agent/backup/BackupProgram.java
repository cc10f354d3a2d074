package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.process.OutlivingProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.process.RunningProgram;
import io.pgprimacy.core.cluster.BackupOrder;
import java.util.Optional;
import java.util.function.Consumer;

/** Backups outlive their agent. */
record BackupProgram(BackupWorker worker, WorkDirectory works) implements OrderedWorker.Program<BackupOrder> {
    @Override
    public RunningProgram start(BackupOrder order, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        OutlivingProcess process = worker.backup(order, works.begin(order.ordered()), works.lock());
        process.follow(onLine, result -> {
            onEnd.accept(result);
            worker.ended(order, result);
        });
        return process;
    }

    @Override
    public Optional<WorkDirectory.Left> left() {
        return works.left();
    }

    @Override
    public void forget(long ordered) {
        works.forget(ordered);
    }
}
