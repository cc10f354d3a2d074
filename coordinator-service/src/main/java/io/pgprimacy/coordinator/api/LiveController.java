package io.pgprimacy.coordinator.api;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Server-sent events. Each reader has a virtual thread of its own for as long as it stays. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
@Tag(name = "live", description = "What changes, as it changes")
class LiveController {
    private static final Logger LOG = LoggerFactory.getLogger(LiveController.class);
    private static final int MOST_READERS = 256;

    private final Semaphore places = new Semaphore(MOST_READERS);
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
    private final Fleet fleet;
    private final ClusterFeed clusterFeed;
    private final FleetFeed fleetFeed;
    private final OperationFeed operationFeed;

    LiveController(Fleet fleet, ClusterFeed clusterFeed, FleetFeed fleetFeed, OperationFeed operationFeed) {
        this.fleet = fleet;
        this.clusterFeed = clusterFeed;
        this.fleetFeed = fleetFeed;
        this.operationFeed = operationFeed;
    }

    /** Writes until its reader is gone. */
    private interface Feed {
        void run(LiveStream out) throws IOException, InterruptedException;
    }

    @GetMapping("/live")
    @Operation(
            summary = "All clusters as server-sent events",
            description =
                    "`fleet`: the whole list, once. `clusters`: the lines that have changed, and names that are gone")
    void fleet(HttpServletResponse response) {
        stream(response, fleetFeed::run);
    }

    @GetMapping("/clusters/{cluster}/live")
    @Operation(
            summary = "One cluster as server-sent events",
            description =
                    "`event`: what /events shows, with its offset as id; first the last 200. `state`: the cluster and its"
                            + " outlook, each second and with each event. `reset`: forget what you have, the log was made anew."
                            + " `Last-Event-ID`, or `after` where no header can be set, goes on behind that offset, on any coordinator")
    void cluster(
            @PathVariable String cluster,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId,
            @RequestParam(required = false) @Nullable Long after,
            HttpServletResponse response) {
        // What is wrong with the question is said while it can still be said with a status.
        fleet.cluster(cluster);
        stream(response, out -> clusterFeed.run(cluster, lastEventId != null ? lastEventId : after, out));
    }

    @GetMapping("/clusters/{cluster}/operations/{id}/events")
    @Operation(
            summary = "One operation as server-sent events, until it has ended",
            description =
                    "`event`: what has happened, as /events shows it, with its offset as id. `operation`: how far it is, with each change and"
                            + " every few seconds; the stream ends behind the one whose state is final. Whoever comes back with"
                            + " `Last-Event-ID` goes on behind that offset, on any coordinator, and is answered 204 where nothing"
                            + " will come any more")
    void operation(
            @PathVariable String cluster,
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId,
            HttpServletResponse response) {
        fleet.operation(cluster, id);
        if (lastEventId != null && operationFeed.isOver(cluster, id, lastEventId)) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        stream(response, out -> operationFeed.run(cluster, id, lastEventId, out));
    }

    /** The server's end would wait for them otherwise, and they for news. */
    @EventListener(ContextClosedEvent.class)
    void hangUp() {
        readers.forEach(Thread::interrupt);
    }

    private void stream(HttpServletResponse response, Feed feed) {
        if (!places.tryAcquire()) {
            throw new ApiFailure(
                    ErrorCode.TOO_MANY_WATCHERS,
                    MOST_READERS + " readers follow this coordinator already",
                    "close some pages, or ask another coordinator");
        }
        readers.add(Thread.currentThread());
        try {
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setHeader("Cache-Control", "no-store");
            // Proxies that collect a response before they pass it on would make it anything but live.
            response.setHeader("X-Accel-Buffering", "no");
            // The response's own writer would keep from us that the reader is gone.
            feed.run(new LiveStream(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ApiFailure e) {
            LOG.debug("a reader has gone, or its cluster has; who comes again is told", e);
        } finally {
            readers.remove(Thread.currentThread());
            places.release();
        }
    }
}
