package io.pgprimacy.systemtests.chains;

import java.util.List;
import java.util.Locale;

/** One thing that happens to a cluster and its repository. */
sealed interface Step {
    /** Statements, each in a transaction of its own. */
    record Changes(List<String> statements) implements Step {}

    /**
     * @param type full, incremental or differential; what it became stands in the report
     * @param underLoad whether pgbench writes meanwhile
     * @param meanwhile statements while it is taken
     */
    record Backup(
            String type, boolean fromStandby, boolean underLoad, List<String> meanwhile, Blow blow, int afterMillis)
            implements Step {}

    /** The WAL keeper is killed, and started again after those statements and a switch of the segment. */
    record KeeperDies(List<String> meanwhile) implements Step {}

    /** The primary dies once the standby holds all of it, and the standby takes over on the next timeline. */
    record Promotion() implements Step {}

    record NewTablespace(String name) implements Step {}

    /**
     * A point that a restore may be asked for.
     *
     * @param quiet nobody writes, so it is known by its whole content; otherwise pgbench writes, and it is known by its sums
     */
    record Mark(int number, boolean quiet) implements Step {}

    /** What is killed while a backup is taken. */
    enum Blow {
        NONE,
        WORKER,
        STORAGE,
        S3
    }

    default String describe() {
        return switch (this) {
            case Changes changes -> "changes: " + String.join("; ", changes.statements());
            case Backup backup ->
                backup.type() + " backup of the " + (backup.fromStandby() ? "standby" : "primary")
                        + (backup.underLoad() ? " under load" : "")
                        + (backup.blow() == Blow.NONE
                                ? ""
                                : ", " + backup.blow().name().toLowerCase(Locale.ROOT) + " killed after "
                                        + backup.afterMillis() + " ms")
                        + (backup.meanwhile().isEmpty() ? "" : "; meanwhile: " + String.join("; ", backup.meanwhile()));
            case KeeperDies dies -> "WAL keeper killed; meanwhile: " + String.join("; ", dies.meanwhile());
            case Promotion _ -> "the primary dies, the standby is promoted";
            case NewTablespace space -> "new tablespace " + space.name();
            case Mark mark -> "mark " + mark.number() + (mark.quiet() ? ", at rest" : ", under load");
        };
    }
}
