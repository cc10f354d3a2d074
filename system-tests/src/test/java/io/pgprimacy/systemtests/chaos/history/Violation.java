package io.pgprimacy.systemtests.chaos.history;

/** A promise that was broken, with what shows it. */
public record Violation(Kind kind, String evidence) {
    public enum Kind {
        LOST_WRITE("an acknowledged write is not there"),
        DUPLICATE("a write is there twice"),
        PHANTOM("something is there that nobody wrote, or that was refused"),
        FORKED_HISTORY("two transactions saw histories that exclude each other"),
        STALE_READ("a transaction did not see what had been acknowledged before it began"),
        TWO_PRIMARIES("a node acknowledged a write after its successor had"),
        UNEXPLAINED_LOSS("more was lost than the events admit"),
        DIFFERENT_DATA("a standby that has replayed everything holds other data than the primary"),
        NEEDLESS_MOVE("a primary was replaced or stopped by something that must do neither"),
        NOT_HEALED("the cluster did not recover by itself in time");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }
    }

    @Override
    public String toString() {
        return kind.meaning() + ": " + evidence;
    }
}
