package io.pgprimacy.systemtests.chaos.history;

/** Elements of lists are numbers that tell who appended them, for all sessions append to the same lists. */
public final class ListElements {
    private static final int SESSIONS = 64;

    private ListElements() {}

    public static int of(int session, int number) {
        if (session < 0 || session >= SESSIONS) {
            throw new IllegalArgumentException("no session " + session);
        }
        return Math.multiplyExact(number, SESSIONS) + session;
    }

    static int sessionOf(int element) {
        return element % SESSIONS;
    }
}
