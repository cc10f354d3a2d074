package io.pgprimacy.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.access.Operators;
import io.pgprimacy.agent.api.OperatorDesk.Outcome;
import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.core.event.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over the wire: methods, status codes, who is let in. */
class AgentApiTest {
    private static final String JANE = "jane:correct-horse";

    private final List<Request> asked = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Outcome outcome = new Outcome.Moved(Stage.PG2);
    private AgentApi api = open(Optional.of(Operators.of(Path.of("operators"), List.of("jane:correct-horse"))));

    @AfterEach
    void close() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 200",
        "HEAD, /primary, 200",
        "OPTIONS, /, 200",
        "OPTIONS, /replica, 503",
        "GET, /liveness, 200",
        "GET, /nonsense, 503",
        "GET, /patroni, 200",
        "GET, /cluster, 200",
        "GET, /history, 200",
        "GET, /config, 200",
        "GET, /failsafe, 502",
        "GET, /metrics, 200"
    })
    void reading_needs_no_name(String method, String path, int status) throws Exception {
        HttpResponse<String> answer = send(method, path, Optional.empty(), "");

        assertThat(answer.statusCode()).isEqualTo(status);
        if (!method.equals("GET")) {
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void a_switchover_carries_its_operator_and_answers_in_patroni_s_words() throws Exception {
        HttpResponse<String> answer = send("POST", "/switchover", Optional.of(JANE), "{\"leader\":\"pg1\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("Successfully switched over to \"pg2\"");
        assertThat(asked).singleElement().isInstanceOfSatisfying(Request.SwitchoverRequested.class, r -> {
            assertThat(r.origin().actor()).isEqualTo("jane");
            assertThat(r.origin().reason()).isEqualTo("POST /switchover from 127.0.0.1");
        });
    }

    @Test
    void a_reason_may_be_given() throws Exception {
        send("POST", "/failover", Optional.of(JANE), "{\"candidate\":\"pg2\",\"reason\":\"disk\"}");

        assertThat(asked.getFirst().origin().reason()).isEqualTo("disk");
    }

    @Test
    void a_reload_is_taken_in_and_carried_out_afterwards() throws Exception {
        outcome = new Outcome.Ordered();

        HttpResponse<String> answer = send("POST", "/reload", Optional.of(JANE), "");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("reload scheduled");
        assertThat(asked).singleElement().isInstanceOf(Request.ReloadRequested.class);
    }

    @Test
    void what_the_rules_refuse_and_what_nobody_answers_is_no_success() throws Exception {
        outcome = new Outcome.Refused("no standby can take over");
        assertThat(send("POST", "/switchover", Optional.of(JANE), "{\"leader\":\"pg1\"}"))
                .satisfies(a -> assertThat(a.statusCode()).isEqualTo(412))
                .satisfies(a -> assertThat(a.body()).isEqualTo("no standby can take over"));
        outcome = new Outcome.Unanswered();
        assertThat(send("POST", "/switchover", Optional.of(JANE), "{\"leader\":\"pg1\"}")
                        .statusCode())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource({"PATCH, /config, 501", "DELETE, /switchover, 404", "DELETE, /restart, 404", "POST, /nonsense, 501"})
    void what_there_is_not_says_so(String method, String path, int status) throws Exception {
        HttpResponse<String> answer = send(method, path, Optional.of(JANE), "{}");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isNotBlank();
        assertThat(asked).isEmpty();
    }

    @Test
    void nobody_asks_without_a_name() throws Exception {
        HttpResponse<String> answer = send("POST", "/switchover", Optional.empty(), "{\"leader\":\"pg1\"}");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"pgprimacy\"");
        assertThat(send("POST", "/switchover", Optional.of("jane:wrong"), "{\"leader\":\"pg1\"}")
                        .statusCode())
                .isEqualTo(401);
        assertThat(asked).isEmpty();
    }

    @Test
    void without_operators_nobody_asks_at_all() throws Exception {
        api.close();
        api = open(Optional.empty());

        HttpResponse<String> answer = send("POST", "/switchover", Optional.of(JANE), "{\"leader\":\"pg1\"}");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("api.operators.file");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"[], 400", "nonsense, 400", "'', 400"})
    void a_body_that_is_no_object_is_refused(String body, int status) throws Exception {
        assertThat(send("POST", "/switchover", Optional.of(JANE), body).statusCode())
                .isEqualTo(status);
        assertThat(send("POST", "/switchover", Optional.of(JANE), "x".repeat(20_000))
                        .statusCode())
                .isEqualTo(413);
    }

    private AgentApi open(Optional<Operators> operators) {
        OperatorDesk desk = request -> {
            asked.add(request);
            return outcome;
        };
        return new AgentApi(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                () -> Stage.serving().seenFromPrimary(),
                () -> Stage.NOW,
                () -> "",
                LocalTags.DEFAULT,
                Optional.empty(),
                new OperatorApi(operators, () -> Stage.serving().seenFromPrimary(), desk));
    }

    private HttpResponse<String> send(String method, String path, Optional<String> credentials, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        credentials.ifPresent(c -> request.header(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(c.getBytes(StandardCharsets.UTF_8))));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
