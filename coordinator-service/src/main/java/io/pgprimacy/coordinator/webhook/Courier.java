package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.coordinator.webhook.Positions.Place;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.explain.ClusterHealth;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one receiver what happens in the clusters that this coordinator owns, in the order of each log. The queue is the log itself, so nothing is held in
 * memory however long the receiver is away. An event is sent first and its place remembered then: a coordinator that dies in between leaves it to be sent
 * again, with the same id, by the next.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final int PAGE = 100;

    /** Who was away for longer reads the log: a pager that rings for what was over yesterday is worse than none. */
    static final Duration GIVES_UP_AFTER = Duration.ofHours(24);

    /** Brokers forget a place that nobody has remembered for a week; and what was passed over need not be looked at again. */
    private static final Duration REMEMBERS_EVERY = Duration.ofMinutes(10);

    private final Webhook webhook;
    private final FleetRuntime fleet;
    private final Positions positions;
    private final Post post;
    private final Clocks clocks;
    private final WebhookListener listener;
    private final Map<ClusterId, Held> held = new HashMap<>();

    Courier(
            Webhook webhook,
            FleetRuntime fleet,
            Positions positions,
            Post post,
            Clocks clocks,
            WebhookListener listener) {
        this.webhook = webhook;
        this.fleet = fleet;
        this.positions = positions;
        this.post = post;
        this.clocks = clocks;
        this.listener = listener;
    }

    /** Where the receiver is in a cluster's log. */
    private static final class Held {
        private final ClusterRuntime log;
        private Place place;
        private Duration remembered;
        private Optional<Duration> healthySince = Optional.empty();

        Held(ClusterRuntime log, Place place, Duration now) {
            this.log = log;
            this.place = place;
            this.remembered = now;
        }
    }

    /** Once over all clusters; false where the receiver did not take something, and nothing more is tried for a while. */
    boolean turn() throws InterruptedException {
        held.keySet().removeIf(id -> !fleet.owns(id));
        for (ClusterId id : fleet.clusters()) {
            // Before its log has been read to the end nobody can tell what is behind the place.
            Optional<ClusterRuntime> log = fleet.cluster(id).filter(ClusterRuntime::isLive);
            if (log.isPresent() && webhook.hearsOf(id) && fleet.owns(id)) {
                Held at = held.get(id);
                if (at == null || at.log != log.get()) {
                    at = take(id, log.get());
                    held.put(id, at);
                }
                if (!bring(id, at) || !watch(id, at)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Goes on where the coordinator before this one was. A receiver that is new hears of what comes, not of what has been. */
    private Held take(ClusterId id, ClusterRuntime log) {
        long last = log.offsetBefore(0);
        Optional<Place> before = positions.of(webhook.name(), id).filter(p -> p.offset() <= last);
        Held at = new Held(log, before.orElse(new Place(last, Optional.empty())), clocks.now());
        if (before.isEmpty()) {
            positions.remember(webhook.name(), id, at.place);
        }
        return at;
    }

    private boolean bring(ClusterId id, Held at) throws InterruptedException {
        while (true) {
            List<LogEntry> page = at.log.entriesAfter(at.place.offset(), PAGE);
            for (LogEntry entry : page) {
                if (!bring(id, at, entry)) {
                    return false;
                }
            }
            if (page.size() < PAGE) {
                break;
            }
        }
        if (clocks.now().minus(at.remembered).compareTo(REMEMBERS_EVERY) > 0) {
            arrive(id, at, at.place);
        }
        return true;
    }

    private boolean bring(ClusterId id, Held at, LogEntry entry) throws InterruptedException {
        long offset = entry.record().offset();
        Optional<String> incident = at.place.incident();
        if (incident.isEmpty()
                && Incident.beginsWith(entry, () -> at.log.history().entriesBefore(offset))) {
            incident = Optional.of(Incident.id(id, offset));
        }
        WebhookEvent event = WebhookEvent.of(id, entry.record(), incident);
        boolean wanted = entry.counts() && webhook.events().wants(event.type());
        if (wanted && !isDelivered(event)) {
            return false;
        }
        Place next = new Place(offset, incident);
        if (wanted || !incident.equals(at.place.incident())) {
            arrive(id, at, next);
        }
        at.place = next;
        return true;
    }

    /** What no record says: that a primary is suspect, and that all is well again. */
    private boolean watch(ClusterId id, Held at) throws InterruptedException {
        if (at.place.incident().isEmpty() && !fleet.isSuspect(id)) {
            return true;
        }
        Optional<Snapshot> now = fleet.snapshot(id);
        if (now.isEmpty()) {
            return true;
        }
        return at.place.incident().isPresent()
                ? isOver(id, at, now.get(), at.place.incident().get())
                : isSuspected(id, at, now.get());
    }

    private boolean isSuspected(ClusterId id, Held at, Snapshot now) throws InterruptedException {
        Optional<Grant> primary = now.state().primary();
        Optional<Duration> silence = primary.map(g -> now.evidence().heard().get(g.node()))
                .map(Evidence.Heard::ago)
                .filter(ago -> ago.compareTo(suspectAfter(now)) > 0);
        if (silence.isEmpty()) {
            return true;
        }
        String incident = Incident.id(id, at.log.primaryHeardAt());
        WebhookEvent event = WebhookEvent.suspected(
                id, incident, primary.orElseThrow().node(), silence.get(), Instant.ofEpochMilli(clocks.wallMillis()));
        return said(id, at, event, Optional.of(incident));
    }

    /** Healthy for as long as it takes to notice that it is not: what is known of the nodes is older than what the log says. */
    private boolean isOver(ClusterId id, Held at, Snapshot now, String incident) throws InterruptedException {
        if (!ClusterHealth.of(now.state(), now.evidence()).isHealthy()) {
            at.healthySince = Optional.empty();
            return true;
        }
        Duration since = at.healthySince.orElse(clocks.now());
        at.healthySince = Optional.of(since);
        if (clocks.now().minus(since).compareTo(suspectAfter(now)) < 0) {
            return true;
        }
        at.healthySince = Optional.empty();
        WebhookEvent event = WebhookEvent.healthy(
                id, incident, now.state().primary().map(Grant::node), Instant.ofEpochMilli(clocks.wallMillis()));
        return said(id, at, event, Optional.empty());
    }

    private boolean said(ClusterId id, Held at, WebhookEvent event, Optional<String> incident)
            throws InterruptedException {
        if (webhook.events().wants(event.type()) && !isDelivered(event)) {
            return false;
        }
        arrive(id, at, new Place(at.place.offset(), incident));
        return true;
    }

    private static Duration suspectAfter(Snapshot now) {
        return now.state()
                .config()
                .map(ClusterConfig::timing)
                .orElseGet(TimingProfile.NORMAL::timing)
                .suspectAfter();
    }

    private void arrive(ClusterId id, Held at, Place place) {
        at.place = place;
        positions.remember(webhook.name(), id, place);
        at.remembered = clocks.now();
    }

    private boolean isDelivered(WebhookEvent event) throws InterruptedException {
        try {
            post.send(webhook, event);
            listener.delivered(webhook.name());
            return true;
        } catch (Post.NotTaken e) {
            Duration waiting = Duration.between(event.time(), Instant.ofEpochMilli(clocks.wallMillis()));
            boolean givesUp = waiting.compareTo(GIVES_UP_AFTER) > 0;
            LOG.warn(
                    "webhook {} did not take {} {} of cluster {}: {}; {}",
                    webhook.name(),
                    event.type(),
                    event.id(),
                    event.cluster(),
                    e.getMessage(),
                    givesUp ? "given up, it is older than " + GIVES_UP_AFTER.toHours() + " h" : "trying again");
            if (givesUp) {
                listener.givenUp(webhook.name());
            } else {
                listener.notTaken(webhook.name(), waiting);
            }
            return givesUp;
        }
    }
}
