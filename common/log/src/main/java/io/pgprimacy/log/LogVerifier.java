package io.pgprimacy.log;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.id.ClusterId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks an export line by line, with nothing but the export: that it is whole in what never goes (decisions and requests), that nobody has
 * changed those, that every record is one that its writer may write, and that what it tells could have happened.
 */
public final class LogVerifier {
    private static final int MOST_FINDINGS = 1_000;

    private final EventCodec codec = new EventCodec();
    private final RecordChain chain = new RecordChain();
    private final TreeSet<String> requests = new TreeSet<>();
    private final TreeSet<String> links = new TreeSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private @Nullable ClusterState state;
    private Optional<ExportTrailer> trailer = Optional.empty();
    private boolean broken;
    private long lines;
    private long lastOffset = -1;
    private long decisions;

    /** @param line of the file, from 1 */
    public record Finding(long line, String sentence) {}

    /**
     * @param sequence of the last decision that counted
     * @param head the last link of the chain
     */
    public record Report(
            String cluster,
            long records,
            long lastOffset,
            long requests,
            long decisions,
            long sequence,
            String head,
            List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }

        public boolean isSound() {
            return findings.isEmpty();
        }
    }

    /** The next line of the export. */
    public void read(String text) {
        lines++;
        try {
            JsonNode line = ExportLine.tree(text);
            Optional<ExportTrailer> end = ExportTrailer.parse(line);
            if (trailer.isPresent()) {
                find("there is something behind the end of the export");
            } else if (end.isPresent()) {
                trailer = end;
                check(end.get());
            } else {
                read(ExportLine.of(line));
            }
        } catch (IllegalArgumentException e) {
            find(String.valueOf(e.getMessage()));
        }
    }

    private void check(ExportTrailer end) {
        ExportTrailer found = new ExportTrailer(clusterName(), lines - 1, lastOffset, chain.head());
        if (!end.equals(found)) {
            find("the export ends with " + sentence(found) + ", but its last line says " + sentence(end));
        }
    }

    private void read(ExportLine line) {
        if (line.offset() <= lastOffset) {
            find("offset " + line.offset() + " comes after " + lastOffset);
            return;
        }
        lastOffset = line.offset();
        checkChain(line);
        ClusterState before = stateOf(line);
        if (before == null) {
            return;
        }
        try {
            LogRecord record = line.record(codec);
            checkKey(line, record);
            checkWriter(line, record.event());
            state = before.evolve(record);
            check(record, before, state);
        } catch (IllegalArgumentException e) {
            find("offset " + line.offset() + " cannot be read by this version: " + e.getMessage());
        }
    }

    private static String sentence(ExportTrailer end) {
        return end.records() + " records of " + end.cluster() + " up to offset " + end.through() + " and the head "
                + end.head();
    }

    private @Nullable ClusterState stateOf(ExportLine line) {
        if (state == null) {
            try {
                state = ClusterState.initial(new ClusterId(line.cluster()));
            } catch (IllegalArgumentException e) {
                find(String.valueOf(e.getMessage()));
            }
        } else if (!line.cluster().equals(state.cluster().value())) {
            find("it is of cluster " + line.cluster() + ", and those before it are of " + state.cluster());
            return null;
        }
        return state;
    }

    private void checkChain(ExportLine line) {
        Optional<String> link = chain.next(line);
        if (link.equals(line.chain())) {
            link.filter(_ -> !broken).ifPresent(links::add);
            return;
        }
        broken = true;
        find(
                link.isEmpty()
                        ? "offset " + line.offset() + " has a link of the chain, but is neither decision nor request"
                        : "the chain is broken at offset " + line.offset()
                                + ": this record was changed, or one just before it was added or left out");
        if (link.isPresent()) {
            line.chain().ifPresent(chain::resume);
        }
    }

    private void checkKey(ExportLine line, LogRecord record) {
        String expected = RecordKey.of(record.id(), record.event());
        if (!expected.equals(line.key())) {
            find("offset " + line.offset() + " has the key " + line.key() + " instead of " + expected
                    + ", so compaction may take the wrong record for its successor");
        }
    }

    private void checkWriter(ExportLine line, ClusterEvent event) {
        boolean right =
                switch (event) {
                    case Heartbeat.NodeHeartbeat h -> line.source().equals("agent/" + h.node());
                    case Heartbeat.CoordinatorPulse p -> line.source().equals("coordinator/" + p.coordinator());
                    case Fact f -> line.source().equals("agent/" + f.node());
                    // An agent takes requests at its port, in Patroni's dialect.
                    case Request r -> line.source().matches("(coordinator|agent)/.+");
                    case Decision d ->
                        line.source().equals("coordinator/" + d.basis().coordinator());
                };
        if (!right) {
            find("offset " + line.offset() + ", a " + line.type() + ", was written by " + line.source());
        }
    }

    private void check(LogRecord record, ClusterState before, ClusterState after) {
        if (after.term().isBefore(before.term())) {
            find("offset " + record.offset() + ": term " + before.term() + " is followed by " + after.term());
        }
        switch (record.event()) {
            case Request request -> requests.add(request.id());
            case Decision decision -> check(record, decision, before, after);
            default -> {}
        }
    }

    private void check(LogRecord record, Decision decision, ClusterState before, ClusterState after) {
        decisions++;
        if (decision.basis().sequence() > before.sequence() + 1) {
            find("offset " + record.offset() + " is decision "
                    + decision.basis().sequence() + ", but decision " + (before.sequence() + 1) + " is missing");
        }
        if (History.ignoredBy(after, record).isPresent()) {
            return;
        }
        decision.basis()
                .answers()
                .filter(id -> !requests.contains(id))
                .ifPresent(id -> find("offset " + record.offset() + " answers request " + id + ", which is not there"));
        if (decision instanceof Decision.PrimaryChosen chosen && before.grants().containsKey(chosen.term())) {
            find("offset " + record.offset() + " grants term " + chosen.term() + " a second time");
        }
    }

    private void find(String sentence) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(new Finding(lines, sentence));
        }
    }

    /** Whether that link, which somebody has kept, is one of this chain: then nothing before it has been changed. */
    public boolean holds(String link) {
        return links.contains(link);
    }

    /** After the last line. */
    public Report report() {
        if (trailer.isEmpty()) {
            find("the export has no end: the rest of it is missing");
        }
        return new Report(
                clusterName(),
                lines - (trailer.isPresent() ? 1 : 0),
                lastOffset,
                requests.size(),
                decisions,
                state == null ? 0 : state.sequence(),
                chain.head(),
                findings);
    }

    private String clusterName() {
        return state == null ? "" : state.cluster().value();
    }
}
