package io.pgprimacy.agent.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.agent.config.ConfigurationFailure;
import io.pgprimacy.agent.peers.PromiseMessages.Signed;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PromiseMessagesTest {
    private static final PromiseRequest REQUEST =
            new PromiseRequest(new ClusterId("main"), new NodeId("a"), "i-1", new Term(7), 3, Duration.ofSeconds(6));
    private static final PromiseAnswer REFUSED =
            new PromiseAnswer(new NodeId("b"), "i-1", 3, Optional.of("it has pledged term 8"));

    private final PromiseMessages messages = new PromiseMessages(PeerSecret.of("a secret of the cluster"));

    @Test
    void what_is_signed_is_read_as_it_was_written() {
        assertThat(messages.request(messages.request(REQUEST))).contains(REQUEST);
        assertThat(messages.answer(messages.answer(REFUSED))).contains(REFUSED);
        PromiseAnswer promised = new PromiseAnswer(new NodeId("b"), "i-1", 3, Optional.empty());
        assertThat(messages.answer(messages.answer(promised))).contains(promised);
    }

    @Test
    void what_another_secret_signed_is_no_message() {
        PromiseMessages others = new PromiseMessages(PeerSecret.of("a secret of another one"));
        assertThat(messages.request(others.request(REQUEST))).isEmpty();
        assertThat(messages.answer(others.answer(REFUSED))).isEmpty();
    }

    /** A refusal must not become a promise on its way, nor a request pass for an answer. */
    @Test
    void what_was_changed_on_its_way_is_no_message() {
        Signed signed = messages.answer(REFUSED);
        String promising = signed.body().replace(",\"refusal\":\"it has pledged term 8\"", "");
        assertThat(promising).isNotEqualTo(signed.body());
        assertThat(messages.answer(new Signed(promising, signed.signature()))).isEmpty();
        Signed request = messages.request(REQUEST);
        assertThat(messages.answer(request)).isEmpty();
        assertThat(messages.request(new Signed("", ""))).isEmpty();
    }

    @Test
    void a_short_secret_is_refused() {
        assertThatThrownBy(() -> PeerSecret.of("short")).isInstanceOf(ConfigurationFailure.class);
    }
}
