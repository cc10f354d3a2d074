package io.pgprimacy.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Follows an accepted request to its end; each new step goes to stderr. */
final class OperationWatch {
    private static final Duration AT_FIRST = Duration.ofMillis(50);
    private static final Duration LATER = Duration.ofMillis(250);
    private static final Duration FIRST_IS = Duration.ofSeconds(3);

    private final App app;
    private final CoordinatorClient client;
    private int shown;
    private String said = "";

    OperationWatch(App app, CoordinatorClient client) {
        this.app = app;
        this.client = client;
    }

    /** Returns the operation's document once its state is final. */
    JsonNode await(String verb, String id, Duration timeout) {
        long start = System.nanoTime();
        while (true) {
            Optional<JsonNode> operation = look(id);
            operation.ifPresent(this::showNewSteps);
            if (operation.filter(OperationWatch::isFinal).isPresent()) {
                return operation.get();
            }
            long waited = System.nanoTime() - start;
            if (waited >= timeout.toNanos()) {
                throw new CliFailure(
                        ExitCode.TIMEOUT,
                        verb + " has not ended after " + Durations.text(timeout) + "; it goes on by itself (id " + id
                                + ")",
                        "follow it: pgprimacy events --follow, pgprimacy status");
            }
            Pause.between(waited < FIRST_IS.toNanos() ? AT_FIRST : LATER);
        }
    }

    /** The coordinator may be replaced meanwhile, and its successor may not have read the request yet. */
    private Optional<JsonNode> look(String id) {
        try {
            return client.find("/operations/" + CoordinatorClient.encode(id));
        } catch (CliFailure e) {
            if (e.code() == ExitCode.UNREACHABLE) {
                return Optional.empty();
            }
            throw e;
        } catch (CoordinatorClient.Problem e) {
            if (e.status() / 100 == 5) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isFinal(JsonNode operation) {
        return switch (operation.path("state").asString("")) {
            case "SUCCEEDED", "REFUSED", "FAILED" -> true;
            default -> false;
        };
    }

    private void showNewSteps(JsonNode operation) {
        List<JsonNode> steps = ClusterView.children(operation.path("steps")).toList();
        for (; shown < steps.size(); shown++) {
            said = steps.get(shown).path("sentence").asString("");
            app.say("  " + Sentences.step(steps.get(shown)));
        }
        String message = operation.path("message").asString("");
        if (operation.path("state").asString("").equals("RUNNING") && !message.equals(said)) {
            said = message;
            app.say("             " + message);
        }
    }
}
