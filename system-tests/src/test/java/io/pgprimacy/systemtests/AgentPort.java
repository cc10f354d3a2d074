package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/** The port of one agent, asked as Patroni's tools do. */
final class AgentPort {
    private static final Duration BOUND = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final SandboxUnderTest sandbox;
    private final String url;

    private AgentPort(SandboxUnderTest sandbox, String url) {
        this.sandbox = sandbox;
        this.url = url;
    }

    static AgentPort of(SandboxUnderTest sandbox, String node) {
        return new AgentPort(
                sandbox, "http://127.0.0.1:" + sandbox.process(node, "agent").port());
    }

    int status(String path) {
        return send("GET", path, "").statusCode();
    }

    int status(String method, String path) {
        return send(method, path, "").statusCode();
    }

    String text(String path) {
        return send("GET", path, "").body();
    }

    JsonNode json(String path) {
        HttpResponse<String> answer = send("GET", path, "");
        return SandboxUnderTest.JSON.readTree(answer.body());
    }

    HttpResponse<String> post(String path, String body) {
        return send("POST", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(BOUND)
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (method.equals("POST")) {
                request.header("Authorization", "Basic " + credentials());
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(url + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String credentials() {
        return Base64.getEncoder()
                .encodeToString(("operator:" + sandbox.operatorToken()).getBytes(StandardCharsets.UTF_8));
    }
}
