package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import io.pgprimacy.systemtests.backup.Server;
import io.pgprimacy.systemtests.chains.Step.Blow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Carries out one plan with real processes, and judges every restore. */
final class ChainRun {
    /** Bytes a second: slow enough to be struck in its middle. */
    private static final String STRUCK_RATE = "rate=25000000";

    private final ChainPlan plan;
    private final BackupTestBed bed;
    private final Cast cast;
    private final List<Point> points = new ArrayList<>();
    private final List<String> completed = new ArrayList<>();

    /** What became of one step or goal; wrong is empty where all is well. */
    record Outcome(String what, String became, double seconds, List<String> wrong) {}

    private ChainRun(ChainPlan plan, BackupTestBed bed) throws IOException {
        this.plan = plan;
        this.bed = bed;
        this.cast = new Cast(bed, plan);
    }

    /** @param keep whether the directory of a run with faults stays, for whoever looks for the cause */
    static List<Outcome> run(ChainPlan plan, boolean keep) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        BackupTestBed bed = new BackupTestBed();
        try {
            ChainRun run = new ChainRun(plan, bed);
            run.run(outcomes);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            outcomes.add(new Outcome("the run itself", "broke off", 0, List.of(String.valueOf(e))));
        }
        boolean sound = outcomes.stream().allMatch(o -> o.wrong().isEmpty());
        if (sound || !keep) {
            bed.close();
        } else {
            bed.stop();
            outcomes.add(new Outcome("kept for the cause", bed.directory.toString(), 0, List.of()));
        }
        return outcomes;
    }

    private void run(List<Outcome> into) throws IOException, InterruptedException {
        for (Step step : plan.steps()) {
            long begun = System.nanoTime();
            List<String> wrong = new ArrayList<>();
            String became = carryOut(step, wrong);
            into.add(new Outcome(step.describe(), became, since(begun), wrong));
        }
        bed.awaitStored(cast.primary());
        bed.stop();
        // Nothing but the bucket and the key is left.
        bed.startS3();
        Judge judge = new Judge(bed, plan);
        for (ChainPlan.Goal goal : plan.goals()) {
            long begun = System.nanoTime();
            Point point = points.get(goal.mark());
            List<String> wrong = judge.judge(goal, point);
            into.add(new Outcome(
                    "restore of mark " + goal.mark() + ": " + String.join(" ", point.options(goal.by())),
                    wrong.isEmpty() ? "as it was" : "WRONG",
                    since(begun),
                    wrong));
        }
    }

    private String carryOut(Step step, List<String> wrong) throws IOException, InterruptedException {
        return switch (step) {
            case Step.Changes changes -> {
                changes.statements().forEach(cast.primary()::sql);
                yield "done";
            }
            case Step.Backup backup -> backUp(backup, wrong);
            case Step.KeeperDies dies -> {
                cast.killKeeper();
                dies.meanwhile().forEach(cast.primary()::sql);
                cast.primary().sql("select pg_switch_wal()");
                cast.startKeeper();
                yield "done";
            }
            case Step.Promotion _ -> {
                cast.promote();
                yield "primary is " + cast.primary().name();
            }
            case Step.NewTablespace space -> {
                cast.createTablespace(space.name());
                yield "done";
            }
            case Step.Mark mark -> {
                points.add(mark(mark));
                yield points.getLast().lsn();
            }
        };
    }

    private String backUp(Step.Backup step, List<String> wrong) throws IOException, InterruptedException {
        Server from = cast.standby(step.fromStandby()).orElse(cast.primary());
        Load load = step.underLoad() ? new Load(cast.primary()) : null;
        try {
            Process worker =
                    bed.startBackup(from, "type=" + step.type(), step.blow() == Blow.NONE ? "rate=0" : STRUCK_RATE);
            Awaitility.await()
                    .atMost(BackupTestBed.BOUND)
                    .until(() -> !worker.isAlive() || !bed.events().isEmpty());
            step.meanwhile().forEach(cast.primary()::sql);
            if (step.blow() != Blow.NONE && !worker.waitFor(step.afterMillis(), TimeUnit.MILLISECONDS)) {
                strike(step.blow(), worker);
            }
            if (!worker.waitFor(BackupTestBed.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                worker.destroyForcibly().onExit().join();
                wrong.add("the backup has not ended");
            }
        } finally {
            if (load != null) {
                load.close();
            }
        }
        return outcome(step, wrong);
    }

    private void strike(Blow blow, Process worker) throws IOException {
        switch (blow) {
            case NONE -> {}
            case WORKER -> worker.destroyForcibly().onExit().join();
            case STORAGE -> {
                bed.killStorage();
                bed.startStorage();
            }
            case S3 -> {
                bed.killS3();
                bed.startS3();
            }
        }
    }

    /** Listed is what has said that it completed, and nothing else; only a killed worker may leave a backup unfinished. */
    private String outcome(Step.Backup step, List<String> wrong) throws IOException {
        List<String> events = bed.events();
        JsonNode last = JsonMapper.shared().readTree(events.isEmpty() ? "{}" : events.getLast());
        boolean done = last.path("event").asString("").equals("completed");
        String listing = bed.list().expectSuccess().out();
        if (done) {
            completed.add(last.get("backup").asString());
            if (!listing.contains(completed.getLast())) {
                wrong.add(completed.getLast() + " has completed and is not listed");
            }
            return last.get("type").asString() + " " + completed.getLast() + ", "
                    + last.get("sourceBytes").asLong() / 1_000_000 + " MB, stored "
                    + last.get("stored").asLong() / 1_000_000 + " MB"
                    + (last.has("whyFull") ? " (" + last.get("whyFull").asString() + ")" : "");
        }
        if (step.blow() != Blow.WORKER) {
            wrong.add("the backup failed: " + last);
        }
        return "no backup";
    }

    private Point mark(Step.Mark mark) throws IOException {
        if (mark.quiet()) {
            return point(mark);
        }
        try (Load load = new Load(cast.primary())) {
            load.await();
            Point point = point(mark);
            load.await();
            return point;
        }
    }

    private Point point(Step.Mark mark) throws IOException {
        int number = mark.number();
        List<String> said = cast.primary().script("""
                begin; insert into marks values (%d); select pg_current_xact_id(); commit;
                select pg_create_restore_point('m%d') \\g /dev/null
                select pg_current_wal_insert_lsn();
                select clock_timestamp();
                """.formatted(number, number));
        String content = mark.quiet() ? Judge.content(cast.primary()) : "";
        return new Point(mark, said.get(2), said.get(1), said.get(0), "m" + number, content, List.copyOf(completed));
    }

    private static double since(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
