package io.pgprimacy.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.FakeFleet;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CourierTest {
    private static final String KEY = "a secret of more than 24 bytes";

    private final Receiver receiver = new Receiver();
    private final FakeFleet fleet = new FakeFleet().withMain();
    private final Memory memory = new Memory();
    private final List<String> heard = new ArrayList<>();
    private final AtomicLong wall = new AtomicLong(1_790_000_010_000L);
    private final Clocks clocks = new Clocks(fleet::now, wall::get);
    private final Post post = new Post(
            Retry.of(
                    "webhook",
                    RetryConfig.custom()
                            .maxAttempts(2)
                            .waitDuration(Duration.ofMillis(1))
                            .build()),
            wall::get);

    @AfterEach
    void close() {
        receiver.close();
        post.close();
    }

    /** As Kafka remembers it, in a map. */
    private static final class Memory implements Positions {
        final Map<String, Place> places = new TreeMap<>();
        boolean away;

        @Override
        public Optional<Place> of(String webhook, ClusterId cluster) {
            return Optional.ofNullable(places.get(webhook + "/" + cluster));
        }

        @Override
        public void remember(String webhook, ClusterId cluster, Place place) {
            if (away) {
                throw new IllegalStateException("the brokers are away");
            }
            places.put(webhook + "/" + cluster, place);
        }
    }

    private Courier courier(List<String> events) {
        Webhook webhook = new Webhook("pager", receiver.url(), Secret.of(KEY), EventChoice.of(events), Set.of());
        return new Courier(webhook, fleet.runtime, memory, post, clocks, new WebhookListener() {
            @Override
            public void delivered(String name) {
                heard.add("delivered");
            }

            @Override
            public void notTaken(String name, Duration waiting) {
                heard.add("not-taken");
            }

            @Override
            public void givenUp(String name) {
                heard.add("given-up");
            }
        });
    }

    @Test
    void everythingFromTheFirstSuspicionUntilItIsHealthyAgainHasOneIdentifier() throws Exception {
        Courier courier = courier(EventChoice.USUAL);
        assertThat(courier.turn()).isTrue();
        fleet.dies("a");
        fleet.pass(1300);
        courier.turn();
        assertThat(receiver.names()).containsExactly("suspected");
        fleet.failOverToC();
        courier.turn();
        // The next coordinator knows of the incident.
        courier = courier(EventChoice.USUAL);
        fleet.sees("a", FakeFleet.standby("0/5000200", 2, "c"));
        fleet.pass(1000);
        courier.turn();
        fleet.pass(1000);
        courier.turn();
        fleet.pass(1000);
        courier.turn();

        assertThat(receiver.names())
                .startsWith("suspected", "primary-stopped", "failover-opened")
                .containsSubsequence("failover-opened", "primary-chosen", "promoted")
                .endsWith("healthy");
        String incident = receiver.taken().getFirst().incident();
        assertThat(incident).matches("main-[0-9]+");
        assertThat(receiver.taken()).allMatch(d -> d.incident().equals(incident));
        assertThat(receiver.taken().getLast().event().path("summary").asString())
                .isEqualTo("cluster main is healthy again, its primary is c");
    }

    @Test
    void aFalseAlarmEndsAsOneAndTheNextIsAnother() throws Exception {
        Courier courier = courier(List.of("incident"));
        courier.turn();
        for (int i = 0; i < 2; i++) {
            fleet.dies("a");
            fleet.pass(1300);
            courier.turn();
            courier.turn();
            fleet.sees("a", FakeFleet.primary("0/5000000", 1));
            for (int j = 0; j < 3; j++) {
                fleet.pass(1000);
                courier.turn();
            }
        }
        assertThat(receiver.names()).containsExactly("suspected", "healthy", "suspected", "healthy");
        List<String> incidents =
                receiver.taken().stream().map(Receiver.Delivery::incident).toList();
        assertThat(incidents.get(0)).isEqualTo(incidents.get(1)).isNotEqualTo(incidents.get(2));
        assertThat(incidents.get(2)).isEqualTo(incidents.get(3));
    }

    @Test
    void whatWasStatedOfATermThatIsOverBeginsNoIncident() throws Exception {
        fleet.failOverToC();
        Courier courier = courier(List.of("fact"));
        courier.turn();
        fleet.fact(new Fact.PrimaryStopped(
                new NodeId("a"), new Term(1), Optional.empty(), Optional.empty(), StopCause.FOUND_STOPPED, "again"));
        courier.turn();
        assertThat(receiver.names()).containsExactly("primary-stopped");
        assertThat(receiver.taken().getFirst().incident()).isEmpty();
    }

    @Test
    void aReceiverThatWasAwayGetsAllOfItInOrderAndANewOneNothingOfThePast() throws Exception {
        Courier courier = courier(List.of("decision", "fact"));
        courier.turn();
        assertThat(receiver.taken()).isEmpty();
        long behind = memory.places.get("pager/main").offset();
        receiver.answers = 503;
        fleet.failOverToC();
        assertThat(courier.turn()).isFalse();
        assertThat(courier.turn()).isFalse();
        assertThat(heard).containsOnly("not-taken");
        receiver.answers = 200;
        assertThat(courier.turn()).isTrue();

        List<Long> offsets = receiver.taken().stream()
                .map(d -> Long.valueOf(d.event().path("offset").asString()))
                .toList();
        assertThat(offsets)
                .hasSizeGreaterThan(5)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(o -> o > behind);
        assertThat(courier.turn()).isTrue();
        assertThat(receiver.taken()).hasSize(offsets.size());
    }

    @Test
    void thatTheNextCoordinatorNeitherLosesNorRepeatsAnythingIsThePlacesDoing() throws Exception {
        courier(List.of("decision")).turn();
        fleet.failOverToC();
        courier(List.of("decision")).turn();
        int taken = receiver.taken().size();
        assertThat(taken).isPositive();
        assertThat(courier(List.of("decision")).turn()).isTrue();
        assertThat(receiver.taken()).hasSize(taken);
    }

    @Test
    void whatWasSentAndNotRememberedIsSentAgainUnderTheSameId() throws Exception {
        courier(List.of("PrimaryStopped")).turn();
        fleet.failOverToC();
        memory.away = true;
        Courier courier = courier(List.of("PrimaryStopped"));
        assertThatThrownBy(courier::turn).hasMessageContaining("brokers are away");
        memory.away = false;
        courier(List.of("PrimaryStopped")).turn();
        assertThat(receiver.taken()).hasSize(2);
        assertThat(receiver.taken().get(0).headers().get("webhook-id"))
                .isEqualTo(receiver.taken().get(1).headers().get("webhook-id"));
        assertThat(receiver.taken().get(0).body())
                .isEqualTo(receiver.taken().get(1).body());
    }

    @Test
    void whatNobodyTookForADayIsGivenUpAndWhatComesAfterItIsNot() throws Exception {
        Courier courier = courier(List.of("PrimaryStopped"));
        courier.turn();
        fleet.failOverToC();
        receiver.answers = 500;
        wall.addAndGet(Duration.ofHours(25).toMillis());
        assertThat(courier.turn()).isTrue();
        assertThat(heard).containsExactly("given-up");
        assertThat(courier.turn()).isTrue();
    }

    @Test
    void aReceiverCanCheckWhoSentItAndWhen() throws Exception {
        Courier courier = courier(List.of("PrimaryStopped"));
        courier.turn();
        fleet.failOverToC();
        courier.turn();
        Receiver.Delivery delivery = receiver.taken().getFirst();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update(
                (delivery.headers().get("webhook-id") + "." + delivery.headers().get("webhook-timestamp") + ".")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(delivery.headers().get("webhook-signature"))
                .isEqualTo("v1,"
                        + Base64.getEncoder()
                                .encodeToString(mac.doFinal(delivery.body().getBytes(StandardCharsets.UTF_8))));
        assertThat(delivery.headers().get("webhook-timestamp")).isEqualTo(Long.toString(wall.get() / 1000));
        assertThat(delivery.headers().get("content-type")).startsWith("application/cloudevents+json");
        assertThat(delivery.event().path("specversion").asString()).isEqualTo("1.0");
        assertThat(delivery.event().path("data").path("node").asString()).isEqualTo("a");
    }

    @Test
    void aMisspeltEventOrAWeakSecretIsRefused() {
        assertThatThrownBy(() -> EventChoice.of(List.of("PrimaryStoped"))).hasMessageContaining("PrimaryStoped");
        assertThatThrownBy(() -> EventChoice.of(List.of("heartbeat"))).hasMessageContaining("heartbeat");
        assertThatThrownBy(() -> Secret.of("short")).hasMessageContaining("at least 24 bytes");
        // The example of standardwebhooks.com.
        assertThat(Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                        .sign(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330,
                                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
