package io.pgprimacy.agent.peers;

import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.loop.Peers;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks over the other agents' HTTP ports. Each request has a virtual thread of its own, because any of them may hang; it is given up
 * when the lease that it asks for would be over, and not before: how slow a link may be is for the lease to say.
 */
public final class HttpPeers implements Peers {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPeers.class);

    private final PromiseMessages messages;
    private final Consumer<PromiseAnswer> onAnswer;

    public HttpPeers(PromiseMessages messages, Consumer<PromiseAnswer> onAnswer) {
        this.messages = messages;
        this.onAnswer = onAnswer;
    }

    @Override
    public void ask(NodeId member, Endpoint endpoint, PromiseRequest request) {
        Thread.ofVirtual().name("ask-" + member).start(() -> {
            try {
                exchange(endpoint, request)
                        .filter(answer -> answer.from().equals(member))
                        .ifPresent(onAnswer);
            } catch (IOException | RuntimeException e) {
                LOG.debug("{} cannot be asked for a promise: {}", member, e.toString());
            }
        });
    }

    private Optional<PromiseAnswer> exchange(Endpoint endpoint, PromiseRequest request) throws IOException {
        int bound = (int) request.length().toMillis();
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + bracketed(endpoint.host()) + ":" + endpoint.apiPort() + PromiseMessages.PATH)
                        .toURL()
                        .openConnection();
        connection.setConnectTimeout(bound);
        connection.setReadTimeout(bound);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        PromiseMessages.Signed message = messages.request(request);
        byte[] body = message.body().getBytes(StandardCharsets.UTF_8);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty(PromiseMessages.SIGNATURE, message.signature());
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        if (connection.getResponseCode() != 200) {
            return Optional.empty();
        }
        String signature = connection.getHeaderField(PromiseMessages.SIGNATURE);
        String text = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return messages.answer(new PromiseMessages.Signed(text, signature == null ? "" : signature));
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
