package io.pgprimacy.cli;

import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.Recomputer;
import io.pgprimacy.core.explain.Recomputer.Finding;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.EventCodec;
import io.pgprimacy.log.ExportLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code replay}: every decision of an export again, by the rules of this version. */
@Command(
        name = "replay",
        description =
                "Folds an exported log and decides each decision again, with the evidence that it carries: where would today's"
                        + " rules differ? Needs no coordinator. Exit code 1 where they would.")
final class ReplayCommand implements Callable<Integer> {
    private final App app;
    private final EventCodec codec = new EventCodec();
    private final List<Differing> differing = new ArrayList<>();
    private @Nullable Recomputer recomputer;
    private long line;
    private int same;
    private int ignored;
    private int unread;

    @Parameters(index = "0", paramLabel = "FILE", description = "Made by events export.")
    Path file = Path.of("");

    @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
    boolean json;

    ReplayCommand(App app) {
        this.app = app;
    }

    /**
     * @param kind {@code different}; {@code reworded} where only the sentence is another; {@code unproven} where the log does not hold any
     *     more what the decision may have rested on
     */
    private record Differing(String kind, LogRecord record, Decision then, Finding.Different finding) {}

    @Override
    public Integer call() {
        ExportFile.read(file, this::read);
        if (recomputer == null) {
            throw new CliFailure(
                    ExitCode.USAGE, file + " holds no record", "give a file that pgprimacy events export has made");
        }
        if (json) {
            app.print(document());
        } else {
            differing.forEach(this::tell);
            app.out().println(summary());
        }
        return (count("different") == 0 ? ExitCode.DONE : ExitCode.FAILED).number();
    }

    private void read(String text) {
        line++;
        try {
            if (ExportLine.isTrailer(text)) {
                return;
            }
            read(ExportLine.parse(text));
        } catch (IllegalArgumentException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "line " + line + " of " + file + ": " + e.getMessage(),
                    "pgprimacy verify-log " + file + " tells what is wrong with it",
                    e);
        }
    }

    private void read(ExportLine exported) {
        if (recomputer == null) {
            recomputer = new Recomputer(new ClusterId(exported.cluster()));
        }
        LogRecord record;
        try {
            record = exported.record(codec);
        } catch (IllegalArgumentException e) {
            // As every participant does with what it does not know.
            unread++;
            return;
        }
        recomputer.read(record).ifPresent(finding -> note(record, finding));
    }

    private void note(LogRecord record, Finding finding) {
        switch (finding) {
            case Finding.Same s -> same++;
            case Finding.Ignored i -> ignored++;
            case Finding.Different d -> {
                Decision then = (Decision) record.event();
                differing.add(new Differing(kind(then, d), record, then, d));
            }
        }
    }

    private String kind(Decision then, Finding.Different different) {
        if (different.today() instanceof Verdict.Append append
                && meaning(append.decision()).equals(meaning(then))) {
            return "reworded";
        }
        return different.isProven() ? "different" : "unproven";
    }

    /** Without the sentence for people. */
    private JsonNode meaning(Decision decision) {
        ObjectNode body = (ObjectNode) App.JSON.readTree(codec.body(decision));
        ((ObjectNode) body.get("basis")).remove("because");
        body.put("type", decision.getClass().getSimpleName());
        return body;
    }

    private long count(String kind) {
        return differing.stream().filter(d -> d.kind().equals(kind)).count();
    }

    private void tell(Differing d) {
        app.out()
                .println("offset " + d.record().offset() + ", decision "
                        + d.then().basis().sequence() + ": " + d.kind());
        app.out()
                .println("  then   " + d.then().basis().rule() + " " + name(d.then()) + ": "
                        + d.then().basis().because());
        Verdict today = d.finding().today();
        String what = today instanceof Verdict.Append append ? name(append.decision()) : "nothing";
        app.out().println("  today  " + today.rule() + " " + what + ": " + today.because());
        if (d.finding().lostUpTo().isPresent()) {
            app.out()
                    .println("  compaction has taken records up to offset "
                            + d.finding().lostUpTo().getAsLong() + ", on which it may have rested");
        }
    }

    private String summary() {
        int all = same + ignored + differing.size();
        return all + " decisions: " + same + " the same today, " + count("different") + " different, "
                + count("reworded") + " reworded, " + count("unproven") + " unproven, " + ignored + " changed nothing"
                + (unread == 0 ? "" : "; " + unread + " records are not known to this version");
    }

    private ObjectNode document() {
        ObjectNode document = App.JSON.createObjectNode();
        document.put("same", same);
        document.put("different", count("different"));
        document.put("reworded", count("reworded"));
        document.put("unproven", count("unproven"));
        document.put("ignored", ignored);
        document.put("unknownRecords", unread);
        ArrayNode list = document.putArray("decisions");
        for (Differing d : differing) {
            ObjectNode each = list.addObject();
            each.put("offset", d.record().offset());
            each.put("sequence", d.then().basis().sequence());
            each.put("kind", d.kind());
            each.put("thenRule", d.then().basis().rule().name());
            each.put("then", d.then().basis().because());
            each.put("todayRule", d.finding().today().rule().name());
            each.put("today", d.finding().today().because());
            Optional.of(d.finding().lostUpTo())
                    .filter(o -> o.isPresent())
                    .ifPresent(o -> each.put("lostUpTo", o.getAsLong()));
        }
        return document;
    }

    private static String name(Decision decision) {
        return decision.getClass().getSimpleName();
    }
}
