package io.pgprimacy.agent.peers;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Requests and answers as JSON, each signed; what is not signed, or not well-formed, is no message at all. */
public final class PromiseMessages {
    /** Header that holds the signature of the body. */
    public static final String SIGNATURE = "X-Pgprimacy-Signature";

    public static final String PATH = "/promise";

    private static final String REQUEST = "promise-request";
    private static final String ANSWER = "promise-answer";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PeerSecret secret;

    public PromiseMessages(PeerSecret secret) {
        this.secret = secret;
    }

    /** @param signature goes into the header {@link #SIGNATURE} */
    public record Signed(String body, String signature) {}

    Signed request(PromiseRequest request) {
        ObjectNode body = JSON.createObjectNode()
                .put("cluster", request.cluster().value())
                .put("from", request.from().value())
                .put("incarnation", request.incarnation())
                .put("term", request.term().value())
                .put("round", request.round())
                .put("lengthMillis", request.length().toMillis());
        return signed(REQUEST, body);
    }

    public Optional<PromiseRequest> request(Signed message) {
        return verified(REQUEST, message)
                .map(body -> new PromiseRequest(
                        new ClusterId(body.path("cluster").asString()),
                        new NodeId(body.path("from").asString()),
                        body.path("incarnation").asString(),
                        new Term(body.path("term").asLong()),
                        body.path("round").asLong(),
                        Duration.ofMillis(body.path("lengthMillis").asLong())));
    }

    public Signed answer(PromiseAnswer answer) {
        ObjectNode body = JSON.createObjectNode()
                .put("from", answer.from().value())
                .put("incarnation", answer.incarnation())
                .put("round", answer.round());
        answer.refusal().ifPresent(why -> body.put("refusal", why));
        return signed(ANSWER, body);
    }

    Optional<PromiseAnswer> answer(Signed message) {
        return verified(ANSWER, message)
                .map(body -> new PromiseAnswer(
                        new NodeId(body.path("from").asString()),
                        body.path("incarnation").asString(),
                        body.path("round").asLong(),
                        body.has("refusal") ? Optional.of(body.path("refusal").asString()) : Optional.empty()));
    }

    private Signed signed(String kind, ObjectNode body) {
        String text = JSON.writeValueAsString(body);
        return new Signed(text, secret.sign(kind, text));
    }

    private Optional<JsonNode> verified(String kind, Signed message) {
        if (!secret.isSignedBy(kind, message.body(), message.signature())) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(message.body()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
