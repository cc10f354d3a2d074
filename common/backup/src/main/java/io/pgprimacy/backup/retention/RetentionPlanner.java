package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.retention.RetentionPlan.Goes;
import io.pgprimacy.backup.retention.RetentionPlan.Stays;
import io.pgprimacy.backup.retention.RetentionPlan.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Decides what may go. Pure: the same backups, policy and time give the same plan, whoever asks. */
public final class RetentionPlanner {
    private final Set<KeepRule> rules;

    public RetentionPlanner() {
        this(EnumSet.allOf(KeepRule.class));
    }

    /** With fewer rules, for the test that each of them is needed. */
    RetentionPlanner(Set<KeepRule> rules) {
        this.rules = rules;
    }

    /** @param backups all that one cluster has */
    public RetentionPlan plan(Collection<BackupFacts> backups, RetentionPolicy policy, Instant now) {
        BackupGraph graph = new BackupGraph(backups);
        Keeping keeping = new Keeping();
        rules.forEach(rule -> rule.apply(graph, policy, now, keeping));
        List<Verdict> verdicts = new ArrayList<>();
        for (BackupFacts backup : graph.all()) {
            verdicts.add(
                    keeping.keeps(backup)
                            ? new Stays(backup, keeping.reasons(backup))
                            : new Goes(backup, nothingKeeps(graph, backup, now)));
        }
        return new RetentionPlan(verdicts, keeping.wal());
    }

    private static String nothingKeeps(BackupGraph graph, BackupFacts backup, Instant now) {
        long days = Duration.between(backup.stopped(), now).toDays();
        return "it ended " + days + " days ago and no rule keeps it"
                + graph.flaw(backup).map(flaw -> "; " + flaw).orElse("");
    }
}
