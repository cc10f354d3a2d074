package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.log.Outbox.Letter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final ClusterId ORDERS = new ClusterId("orders");
    private static final ClusterId STOCK = new ClusterId("stock");

    private final Outbox outbox = new Outbox(3);
    private long ids;

    @Test
    void aNewerHeartbeatReplacesAnUnsentOneAndStandsAfterWhatWasStatedBefore() throws Exception {
        put(ORDERS, pulse(1));
        put(ORDERS, fact(1));
        assertThat(put(ORDERS, pulse(2)))
                .isInstanceOfSatisfying(
                        Outbox.Put.Superseded.class,
                        s -> assertThat(s.older().event()).isEqualTo(pulse(1)));
        assertThat(drained()).containsExactly(fact(1), pulse(2));
    }

    @Test
    void heartbeatsOfTwoClustersDoNotReplaceOneAnother() throws Exception {
        put(ORDERS, pulse(1));
        put(STOCK, pulse(2));
        assertThat(drained()).containsExactly(pulse(1), pulse(2));
    }

    @Test
    void aFactStatedTwiceIsSentTwice() throws Exception {
        put(ORDERS, fact(1));
        put(ORDERS, fact(1));
        assertThat(drained()).containsExactly(fact(1), fact(1));
    }

    @Test
    void itIsBoundedAndAHeartbeatStillFindsItsOldPlace() throws Exception {
        put(ORDERS, pulse(1));
        put(ORDERS, fact(1));
        put(ORDERS, fact(2));
        assertThat(put(ORDERS, fact(3))).isInstanceOf(Outbox.Put.Full.class);
        assertThat(put(ORDERS, pulse(2))).isInstanceOf(Outbox.Put.Superseded.class);
        assertThat(drained()).containsExactly(fact(1), fact(2), pulse(2));
    }

    @Test
    void aClosedOneTakesNothingMoreButGivesWhatItHas() throws Exception {
        put(ORDERS, fact(1));
        outbox.close();
        assertThat(put(ORDERS, fact(2))).isInstanceOf(Outbox.Put.Closed.class);
        assertThat(outbox.isDrained()).isFalse();
        assertThat(drained()).containsExactly(fact(1));
        assertThat(outbox.isDrained()).isTrue();
    }

    private Outbox.Put put(ClusterId cluster, ClusterEvent event) {
        return outbox.put(new Letter(cluster, event, "r" + ++ids, 0, 0));
    }

    private List<ClusterEvent> drained() throws InterruptedException {
        List<ClusterEvent> events = new ArrayList<>();
        for (Optional<Letter> letter = outbox.take(0); letter.isPresent(); letter = outbox.take(0)) {
            events.add(letter.get().event());
        }
        return events;
    }

    private static ClusterEvent pulse(long beat) {
        return new Heartbeat.CoordinatorPulse("c1", beat);
    }

    private static ClusterEvent fact(long term) {
        return new Fact.SwitchoverPrepared(new NodeId("db-1"), new Term(term));
    }
}
