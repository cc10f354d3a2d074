package io.pgprimacy.cli;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "events", description = "The audit trail, oldest first.")
final class EventsCommand extends ClusterCommand {
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

    @Option(
            names = "--follow",
            description = "Go on as events come, until interrupted; with --json one document per line.")
    boolean follow;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "The last N; default: ${DEFAULT-VALUE}.")
    int limit = 50;

    @Option(
            names = "--after",
            paramLabel = "POSITION",
            defaultValue = "-1",
            description = "Only what comes after it in the log.")
    long after = -1;

    EventsCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        if (limit < 1) {
            throw new CliFailure(ExitCode.USAGE, "--limit must be at least 1, not " + limit, "");
        }
        JsonNode page = client.get("/events?limit=" + limit + (after >= 0 ? "&after=" + after : ""));
        if (!follow) {
            show(page);
            return ExitCode.DONE;
        }
        long position = printEach(page, after);
        while (!app.out().checkError()) {
            position = printEach(nextPage(client, position), position);
        }
        return ExitCode.DONE;
    }

    private void show(JsonNode page) {
        if (json) {
            app.print(page);
        } else {
            ClusterView.children(page).forEach(event -> app.out().println(Sentences.event(event)));
        }
    }

    /** Long poll; a coordinator that is being replaced does not end it. */
    private JsonNode nextPage(CoordinatorClient client, long position) {
        try {
            return client.get(
                    "/events?limit=500&waitMillis=" + POLL.toMillis() + "&after=" + position, POLL.plusSeconds(10));
        } catch (CliFailure e) {
            if (e.code() != ExitCode.UNREACHABLE) {
                throw e;
            }
        } catch (CoordinatorClient.Problem e) {
            if (e.status() / 100 != 5) {
                throw e;
            }
        }
        Pause.between(AFTER_FAILURE);
        return App.JSON.createArrayNode();
    }

    private long printEach(JsonNode page, long before) {
        long last = before;
        for (JsonNode event : page) {
            app.out().println(json ? event.toString() : Sentences.event(event));
            last = Math.max(last, event.path("offset").asLong(last));
        }
        return last;
    }
}
