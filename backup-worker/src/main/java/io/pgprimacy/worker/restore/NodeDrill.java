package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.drill.Drill;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.worker.transfer.RepositoryClient;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One drill with a backup from the storage service, which is told when the backup is proven. */
public final class NodeDrill {
    private final DrillPlan plan;
    private final Listener listener;

    /** Told what happens, on any thread. */
    public interface Listener extends Drill.Listener {
        void begun(String backup, long bytes);
    }

    public record Outcome(String backup, Drill.Outcome drill) {}

    public NodeDrill(DrillPlan plan, Listener listener) {
        this.plan = plan;
        this.listener = listener;
    }

    /** Refuses what can be refused before anything is written. */
    public Outcome run() throws IOException {
        RepositoryClient repository =
                new RepositoryClient(plan.service(), plan.token(), plan.cluster(), plan.incarnation());
        Manifest chosen = choose(repository.soundBackups(), plan.backup());
        StoredBackup stored = StoredBackup.open(chosen.place(), MasterKeys.parse(plan.masterKeys()), repository);
        Drill drill = new Drill(stored, plan.settings(), listener);
        drill.check();
        listener.begun(chosen.id().value(), chosen.totals().bytes());
        Drill.Outcome outcome = drill.run();
        if (outcome.hasPassed()) {
            repository.prove(chosen.place(), outcome.recovered());
        }
        return new Outcome(chosen.id().value(), outcome);
    }

    private static Manifest choose(List<Manifest> sound, Optional<String> named) {
        Optional<Manifest> chosen = sound.stream()
                .filter(b -> named.map(b.id().value()::equals).orElse(true))
                .max(Comparator.comparing(Manifest::id));
        return chosen.orElseThrow(() -> new RestoreRefused(
                named.map(n -> "there is no sound backup " + n).orElse("there is no sound backup"),
                "pgprimacy backups shows what there is"));
    }
}
