package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.chains.Step.Blow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one seed stands for: the same seed gives the same plan, and processes take their own time about it.
 *
 * @param length backups after the first one
 * @param checksums data checksums
 * @param hints wal_log_hints; with neither, pages change without their LSN
 * @param standby a streaming standby beside the primary
 */
record ChainPlan(
        long seed, int length, boolean checksums, boolean hints, boolean standby, List<Step> steps, List<Goal> goals) {
    private static final List<String> BACKUPS =
            List.of("incremental", "incremental", "incremental", "differential", "full");
    private static final List<Blow> BLOWS =
            List.of(Blow.NONE, Blow.NONE, Blow.NONE, Blow.WORKER, Blow.WORKER, Blow.STORAGE, Blow.S3);
    private static final int LONGEST_DELAY_MILLIS = 2500;

    /** How a target is named. */
    enum By {
        LATEST,
        TIME,
        LSN,
        XID,
        NAME,
        /** No target: the newest backup before the mark, with the WAL that it holds. */
        BACKUP
    }

    /** What is restored, and judged. */
    record Goal(int mark, By by) {}

    /** @param length backups after the first one */
    static ChainPlan of(long seed, int length) {
        return new Maker(seed).make(length);
    }

    /** The tablespaces that are there from the beginning. */
    static List<String> firstTablespaces() {
        return List.of("s0");
    }

    private static final class Maker {
        private final long seed;
        private final SplittableRandom random;
        private final Statements statements;
        private final List<Step> steps = new ArrayList<>();
        private final List<Step.Mark> marks = new ArrayList<>();
        private int tablespaces = firstTablespaces().size();

        Maker(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.statements = new Statements(random);
            firstTablespaces().forEach(statements::add);
        }

        ChainPlan make(int length) {
            boolean checksums = random.nextBoolean();
            boolean hints = random.nextInt(3) == 0;
            boolean standby = random.nextInt(3) == 0;
            steps.add(new Step.Changes(statements.some(10)));
            steps.add(new Step.Backup("full", false, random.nextBoolean(), List.of(), Blow.NONE, 0));
            boolean promoted = false;
            for (int i = 0; i < length; i++) {
                steps.add(new Step.Changes(statements.some(10)));
                switch (random.nextInt(8)) {
                    case 0, 1 -> steps.add(new Step.KeeperDies(statements.some(4)));
                    case 2 -> tablespace(standby);
                    case 3, 4 -> {
                        if (standby && !promoted) {
                            steps.add(new Step.Promotion());
                            promoted = true;
                        }
                    }
                    default -> mark(random.nextInt(3) == 0);
                }
                steps.add(backup(standby));
                mark(random.nextBoolean());
            }
            steps.add(new Step.Changes(statements.some(4)));
            mark(true);
            return new ChainPlan(seed, length, checksums, hints, standby, List.copyOf(steps), goals());
        }

        /** With a standby on the same host there can be no other: both would create it in the same place. */
        private void tablespace(boolean standby) {
            if (!standby) {
                String name = "s" + tablespaces++;
                steps.add(new Step.NewTablespace(name));
                statements.add(name);
            }
        }

        private void mark(boolean quiet) {
            Step.Mark mark = new Step.Mark(marks.size(), quiet);
            marks.add(mark);
            steps.add(mark);
        }

        private Step.Backup backup(boolean standby) {
            return new Step.Backup(
                    BACKUPS.get(random.nextInt(BACKUPS.size())),
                    standby && random.nextBoolean(),
                    random.nextInt(3) > 0,
                    random.nextBoolean() ? statements.some(5) : List.of(),
                    BLOWS.get(random.nextInt(BLOWS.size())),
                    random.nextInt(LONGEST_DELAY_MILLIS));
        }

        private List<Goal> goals() {
            List<Goal> goals = new ArrayList<>();
            for (By by : List.of(By.TIME, By.LSN, By.XID, By.NAME, By.BACKUP)) {
                if (random.nextInt(2) == 0) {
                    goals.add(new Goal(random.nextInt(marks.size()), by));
                }
            }
            goals.add(new Goal(marks.size() - 1, By.LATEST));
            return List.copyOf(goals);
        }
    }
}
