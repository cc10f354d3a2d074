package io.pgprimacy.systemtests.bench;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.KafkaClusterLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogListener;
import io.pgprimacy.systemtests.Browser;
import io.pgprimacy.systemtests.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How long an event takes from its append onto a page that is open, in milliseconds, by the clock of the one machine that all of this runs
 * on. Its writer writes nothing else, as a command's or an agent's does.
 */
final class WayToThePage implements LogListener {
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** Before the page's own code: notes when each event has come to the browser. */
    private static final String LISTEN = """
            window.heard = new Map()
            const Source = window.EventSource
            window.EventSource = class extends Source {
              constructor(address) {
                super(address)
                this.addEventListener('event', (m) => window.heard.set(m.lastEventId, Date.now()))
              }
            }
            """;

    /** For each new event on the page: how long after its writing it had come to the browser, and was drawn. */
    private static final String WATCH = """
            () => {
              window.ways = []
              const known = new Set([...document.querySelectorAll('li[data-offset]')].map(e => e.dataset.offset))
              new MutationObserver(() => document.querySelectorAll('li[data-name=MaintenanceRequested]').forEach(e => {
                if (known.has(e.dataset.offset)) return
                known.add(e.dataset.offset)
                const written = Date.parse(e.querySelector('time').dateTime)
                const heard = window.heard.get(e.dataset.offset) - written
                requestAnimationFrame(() => window.ways.push({heard, drawn: Date.now() - written}))
              })).observe(document.body, {childList: true, subtree: true})
            }
            """;

    private final List<Double> acknowledged = Collections.synchronizedList(new ArrayList<>());

    private volatile Optional<Exception> failure = Optional.empty();

    /** Requests to pause and to resume that cluster, each after the one before it has been seen. */
    void measure(String beside, Browser browser, String url, String brokers, ClusterId cluster, int events) {
        Page page = browser.open(1280, 900, ColorScheme.LIGHT);
        page.addInitScript(LISTEN);
        page.navigate(url + "/#/" + cluster.value());
        page.waitForSelector("#members tbody tr");
        page.evaluate(WATCH);
        Request.Origin origin = new Request.Origin("bench", "to see it on the page");
        KafkaClusterLog log = new KafkaClusterLog(cluster, KafkaSettings.of(brokers, "cli/bench"), this);
        try {
            for (int i = 0; i < events; i++) {
                int seen = i;
                log.append(new Request.MaintenanceRequested("see-" + i, origin, i % 2 == 0));
                Eventually.until("event " + i + " on the page", BOUND, () -> failure.isPresent() || count(page) > seen);
                failure.ifPresent(cause -> {
                    throw new IllegalStateException(cause);
                });
            }
        } finally {
            log.close();
        }
        System.out.printf("from an append to the event on the page, %s: %s%n", beside, ways(page, "drawn"));
        System.out.printf("  until the broker has acknowledged it: %s%n", Distribution.of(acknowledged));
        System.out.printf("  until the browser has it: %s%n", ways(page, "heard"));
        page.context().close();
    }

    private static int count(Page page) {
        return ((Number) Objects.requireNonNull(page.evaluate("window.ways.length"))).intValue();
    }

    private static Distribution ways(Page page, String part) {
        List<?> ways = (List<?>) Objects.requireNonNull(page.evaluate("window.ways"));
        return Distribution.of(ways.stream()
                .map(way -> (Number) Objects.requireNonNull(((Map<?, ?>) way).get(part)))
                .map(Number::doubleValue)
                .toList());
    }

    @Override
    public void appended(ClusterId cluster, ClusterEvent event, Duration took) {
        acknowledged.add(took.toNanos() / 1e6);
    }

    @Override
    public void appendFailed(ClusterId cluster, ClusterEvent event, Exception cause) {
        failure = Optional.of(cause);
    }
}
