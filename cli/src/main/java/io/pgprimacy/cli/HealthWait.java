package io.pgprimacy.cli;

import java.time.Duration;
import java.util.Optional;

/** Waits for a healthy cluster and says on stderr what it is waiting for, whenever that changes. */
final class HealthWait {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

    private final App app;
    private final CoordinatorClient client;
    private final int members;
    private String said = "";

    /** @param members at least so many; 0 takes whatever the cluster consists of, which must exist then */
    HealthWait(App app, CoordinatorClient client, int members) {
        this.app = app;
        this.client = client;
        this.members = members;
    }

    ClusterView await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<ClusterView> view = look(deadline);
            if (view.filter(this::isGood).isPresent()) {
                return view.get();
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new CliFailure(
                        ExitCode.TIMEOUT,
                        "cluster " + client.cluster() + " is not healthy after " + Durations.text(timeout) + said(),
                        "look closer: pgprimacy status, pgprimacy events");
            }
            Pause.between(LOOK_AGAIN);
        }
    }

    private boolean isGood(ClusterView view) {
        long admitted = view.members().stream()
                .filter(m -> m.path("membership").asString("").equals("member"))
                .count();
        return view.healthy() && admitted >= members;
    }

    /** A coordinator may be starting, or be replaced, while one waits; that is no reason to give up before the deadline. */
    private Optional<ClusterView> look(long deadline) {
        try {
            ClusterView view = ClusterView.of(client, untilAnswered(deadline));
            say(
                    view.problems().isEmpty()
                            ? view.summary()
                            : view.summary() + "; " + String.join("; ", view.problems()));
            return Optional.of(view);
        } catch (CliFailure e) {
            if (e.code() != ExitCode.UNREACHABLE || System.nanoTime() - deadline >= 0) {
                throw e;
            }
            say(String.valueOf(e.getMessage()));
            return Optional.empty();
        } catch (CoordinatorClient.Problem e) {
            boolean notYet = e.status() == 404 && members > 0;
            if (e.status() / 100 != 5 && !notYet) {
                throw e;
            }
            say(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** At least enough for a coordinator that is there to answer once. */
    private static Duration untilAnswered(long deadline) {
        long left = Math.max(deadline - System.nanoTime(), ANSWERS_WITHIN.toNanos());
        return Duration.ofNanos(Math.min(left, CoordinatorClient.ANSWER.toNanos()));
    }

    /** Ages that grow are no news. */
    private void say(String state) {
        boolean news = !withoutAges(state).equals(withoutAges(said));
        said = state;
        if (news) {
            app.say("  " + state);
        }
    }

    private static String withoutAges(String state) {
        return state.replaceAll("\\d+ ms", "");
    }

    private String said() {
        return said.isEmpty() ? "" : " (" + said + ")";
    }
}
