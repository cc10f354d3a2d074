package io.pgprimacy.coordinator.api;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the storage service says of retention and verification, as docs/reference/storage-api.md has it. */
final class RetentionViews {
    private RetentionViews() {}

    /**
     * @param stays whether a rule keeps it
     * @param because every rule that keeps it, or why it goes
     */
    record VerdictView(String backup, int incarnation, boolean stays, List<String> because) {}

    /**
     * @param policy in words
     * @param wal that stays, in words
     * @param walGoes what of the stored WAL no backup that stays needs
     */
    record PlanView(String policy, List<VerdictView> backups, List<String> wal, AmountView walGoes) {
        static PlanView of(String policy, JsonNode plan) {
            List<VerdictView> verdicts = new ArrayList<>();
            for (JsonNode verdict : plan.path("backups")) {
                verdicts.add(new VerdictView(
                        verdict.path("backup").asString(""),
                        verdict.path("incarnation").asInt(),
                        verdict.path("stays").asBoolean(),
                        texts(verdict.path("because"))));
            }
            return new PlanView(policy, verdicts, texts(plan.path("wal")), AmountView.of(plan.path("walGoes")));
        }
    }

    /** Of stored objects. */
    record AmountView(long objects, long bytes) {
        static AmountView of(JsonNode amount) {
            return new AmountView(
                    amount.path("objects").asLong(0), amount.path("bytes").asLong(0));
        }
    }

    /**
     * One run of a verification; the next one goes on where it stopped.
     *
     * @param passed backups of which a pass over all objects ended in it
     * @param damaged objects that are not what was stored
     * @param unreadable manifests that cannot be read
     */
    record VerifiedView(long objects, long bytes, List<String> passed, List<String> damaged, List<String> unreadable) {
        static VerifiedView of(JsonNode outcome) {
            return new VerifiedView(
                    outcome.path("objects").asLong(0),
                    outcome.path("bytes").asLong(0),
                    texts(outcome.path("passed")),
                    texts(outcome.path("damaged")),
                    texts(outcome.path("unreadable")));
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString("")));
        return texts;
    }
}
