package io.pgprimacy.coordinator.storage;

import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.cluster.RetentionOrder;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.RetentionOutcome;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.loop.RetentionWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has the storage service apply retention by orders in the log, each on a thread of its own. A storage service that is away is asked again for as long
 * as the bound; what it refuses is refused. The same order carried out by another coordinator as well marks and removes nothing twice.
 */
public final class RetentionKeeper implements RetentionWork, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionKeeper.class);

    private final StorageOperator storage;
    private final Duration every;
    private final Duration bound;
    private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
    private final SortedMap<ClusterId, Run> runs = new TreeMap<>();

    private record Run(long ordered, Future<RetentionReport> report) {}

    /**
     * @param every how long after a failure a storage service that is away is asked again
     * @param bound after which it is given up
     */
    public RetentionKeeper(StorageOperator storage, Duration every, Duration bound) {
        this.storage = storage;
        this.every = every;
        this.bound = bound;
    }

    @Override
    public synchronized Optional<RetentionReport> hold(ClusterId cluster, Optional<RetentionOrder> order) {
        Optional<Run> held = Optional.ofNullable(runs.get(cluster));
        Optional<Run> same =
                held.filter(run -> order.map(o -> o.ordered() == run.ordered()).orElse(false));
        if (same.isPresent()) {
            return same.map(Run::report)
                    .filter(report -> report.state() == Future.State.SUCCESS)
                    .map(Future::resultNow);
        }
        held.ifPresent(run -> run.report().cancel(true));
        runs.remove(cluster);
        order.ifPresent(o -> runs.put(cluster, new Run(o.ordered(), hands.submit(() -> carryOut(cluster, o)))));
        return Optional.empty();
    }

    @Override
    public void close() {
        hands.shutdownNow();
    }

    private RetentionReport carryOut(ClusterId cluster, RetentionOrder order) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                return new RetentionReport.Applied(order.ordered(), apply(cluster, order));
            } catch (Refused e) {
                return failed(cluster, order, String.valueOf(e.getMessage()));
            } catch (NotThere e) {
                if (System.nanoTime() - begun > bound.toNanos()) {
                    return failed(cluster, order, String.valueOf(e.getMessage()));
                }
                LOG.info("retention of {} waits: {}", cluster, e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("retention of {} failed", cluster, e);
                return failed(cluster, order, e.toString());
            }
            Thread.sleep(every);
        }
    }

    private static RetentionReport failed(ClusterId cluster, RetentionOrder order, String reason) {
        LOG.warn("retention of {} could not be applied: {}", cluster, reason);
        return new RetentionReport.Failed(order.ordered(), reason);
    }

    private RetentionOutcome apply(ClusterId cluster, RetentionOrder order) throws NotThere, Refused {
        ObjectNode policy = document(order.policy());
        SortedMap<String, String> why = reasons(storage.plan(cluster, policy));
        JsonNode applied =
                storage.apply(cluster, policy, "decision " + order.ordered() + " of the log", order.because());
        SortedMap<String, String> marked = new TreeMap<>();
        texts(applied.path("marked")).forEach(id -> marked.put(id, why.getOrDefault(id, "")));
        return new RetentionOutcome(
                marked,
                texts(applied.path("waiting")),
                texts(applied.path("released")),
                texts(applied.path("removed")),
                amount(applied.path("walMarked")),
                amount(applied.path("walRemoved")));
    }

    /** As the storage service takes it. */
    public static ObjectNode document(Retention policy) {
        ObjectNode document = StorageConnection.JSON.createObjectNode();
        document.put("full", policy.full());
        document.put("window", policy.window().toSeconds() + "s");
        document.put("daily", policy.daily());
        document.put("weekly", policy.weekly());
        document.put("monthly", policy.monthly());
        return document;
    }

    private static SortedMap<String, String> reasons(JsonNode plan) {
        SortedMap<String, String> reasons = new TreeMap<>();
        plan.path("backups")
                .forEach(verdict -> reasons.put(
                        verdict.path("backup").asString(""), String.join("; ", texts(verdict.path("because")))));
        return reasons;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString("")));
        return texts;
    }

    private static RetentionOutcome.Amount amount(JsonNode amount) {
        return new RetentionOutcome.Amount(
                amount.path("objects").asLong(0), amount.path("bytes").asLong(0));
    }
}
