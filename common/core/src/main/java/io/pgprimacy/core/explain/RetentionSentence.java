package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.RetentionOutcome;
import io.pgprimacy.core.event.RetentionOutcome.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What came of applying retention. */
final class RetentionSentence {
    private RetentionSentence() {}

    static String of(RetentionOutcome outcome) {
        List<String> parts = new ArrayList<>();
        add(parts, "removed", outcome.removed());
        add(parts, wal("removed", outcome.walRemoved()));
        if (!outcome.marked().isEmpty()) {
            parts.add("marked: "
                    + outcome.marked().entrySet().stream()
                            .map(e -> e.getKey() + (e.getValue().isEmpty() ? "" : " (" + e.getValue() + ")"))
                            .collect(Collectors.joining(", ")));
        }
        add(parts, wal("marked", outcome.walMarked()));
        add(parts, "waiting for the end of the grace", outcome.waiting());
        add(parts, "kept after all", outcome.released());
        return "retention was applied: " + (parts.isEmpty() ? "all that is stored stays" : String.join("; ", parts));
    }

    private static void add(List<String> parts, String what, List<String> backups) {
        if (!backups.isEmpty()) {
            parts.add(what + ": " + String.join(", ", backups));
        }
    }

    private static void add(List<String> parts, String part) {
        if (!part.isEmpty()) {
            parts.add(part);
        }
    }

    private static String wal(String what, Amount amount) {
        return amount.objects() == 0 ? "" : Sentences.bytes(amount.bytes()) + " of WAL " + what;
    }
}
