package io.pgprimacy.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "decision, request, fact, or a name such as PrimaryChosen.")
    @Nullable
    String type;

    @Option(names = "--node", paramLabel = "NODE", description = "About that node.")
    @Nullable
    String node;

    @Option(
            names = "--actor",
            paramLabel = "WHO",
            description = "What that person has asked for and what was decided upon it; or a writer such as agent/pg1.")
    @Nullable
    String actor;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "A time with its zone, a day (UTC), or how long ago: 90m.")
    @Nullable
    String since;

    @Option(names = "--until", paramLabel = "TIME", description = "The same; until just before it.")
    @Nullable
    String until;

    @Option(
            names = "--operation",
            paramLabel = "ID",
            description =
                    "All that belongs to a request, a decision (its sequence) or an event: whatever explain takes.")
    @Nullable
    String operation;

    EventsCommand(App app) {
        super(app);
    }

    @Override
    ExitCode run(CoordinatorClient client) {
        if (limit < 1) {
            throw new CliFailure(ExitCode.USAGE, "--limit must be at least 1, not " + limit, "");
        }
        String filter = filter();
        JsonNode page = client.get("/events?limit=" + limit + (after >= 0 ? "&after=" + after : "") + filter);
        if (!follow) {
            show(page);
            return ExitCode.DONE;
        }
        long position = printEach(page, after);
        while (!app.out().checkError()) {
            position = printEach(nextPage(client, position, filter), position);
        }
        return ExitCode.DONE;
    }

    private String filter() {
        StringBuilder query = new StringBuilder();
        add(query, "type", type);
        add(query, "node", node);
        add(query, "actor", actor);
        add(
                query,
                "since",
                since == null ? null : Moments.parse("--since", since).toString());
        add(
                query,
                "until",
                until == null ? null : Moments.parse("--until", until).toString());
        add(query, "operation", operation);
        return query.toString();
    }

    private static void add(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(CoordinatorClient.encode(value));
        }
    }

    private void show(JsonNode page) {
        if (json) {
            app.print(page);
        } else {
            ClusterView.children(page).forEach(event -> app.out().println(Sentences.event(event)));
        }
    }

    /** Long poll; a coordinator that is being replaced does not end it. */
    private JsonNode nextPage(CoordinatorClient client, long position, String filter) {
        try {
            return client.get(
                    "/events?limit=500&waitMillis=" + POLL.toMillis() + "&after=" + position + filter,
                    POLL.plusSeconds(10));
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
