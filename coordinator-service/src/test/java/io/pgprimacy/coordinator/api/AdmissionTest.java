package io.pgprimacy.coordinator.api;

import static io.pgprimacy.coordinator.runtime.FakeFleet.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.access.Operators;
import io.pgprimacy.core.event.Request;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.HandlerExceptionResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Over filters of its own, so that one test's wrong guesses are not another's. */
@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class AdmissionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String MAIN_ADDRESS = "/api/v1/clusters/main";

    @Autowired
    WebApplicationContext context;

    @Autowired
    @Qualifier("handlerExceptionResolver")
    HandlerExceptionResolver problems;

    @Autowired
    ApiTestApplication.Scene scene;

    @BeforeEach
    void threeHealthyNodes() {
        scene.begin();
    }

    @Test
    void the_operator_is_the_actor_and_nobody_else_is() throws Exception {
        MockMvc open = with(ApiTestApplication.operators(), true);
        assertThat(ask(open, pause("{\"reason\":\"x\"}"), ApiTestApplication.BOB)
                        .getStatus())
                .isEqualTo(202);
        assertThat(actors()).containsExactly("bob");
        MockHttpServletResponse claimed =
                ask(open, pause("{\"actor\":\"ada\",\"reason\":\"x\"}"), ApiTestApplication.BOB);
        problem(claimed, 403, "not-your-name");
        String basic = Base64.getEncoder()
                .encodeToString(("bob:" + ApiTestApplication.BOB.substring(7)).getBytes(StandardCharsets.UTF_8));
        assertThat(ask(open, pause("{\"actor\":\"bob\",\"reason\":\"x\"}"), "Basic " + basic)
                        .getStatus())
                .isEqualTo(202);
        assertThat(actors()).containsExactly("bob", "bob");
    }

    @Test
    void a_change_needs_a_token_and_a_look_does_not() throws Exception {
        MockMvc open = with(ApiTestApplication.operators(), true);
        MockHttpServletResponse refused = ask(open, pause("{\"reason\":\"x\"}"), null);
        problem(refused, 401, "unauthorized");
        assertThat(refused.getHeaders("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"pgprimacy\"", "Basic realm=\"pgprimacy\", charset=\"UTF-8\"");
        problem(ask(open, pause("{\"reason\":\"x\"}"), "Bearer ada"), 401, "unauthorized");
        assertThat(ask(open, MockMvcRequestBuilders.get(MAIN_ADDRESS), null).getStatus())
                .isEqualTo(200);
        problem(ask(open, MockMvcRequestBuilders.get(MAIN_ADDRESS), "Bearer ada"), 401, "unauthorized");
        assertThat(actors()).isEmpty();
    }

    @Test
    void what_only_reads_needs_none_though_it_has_a_body() throws Exception {
        MockMvc open = with(ApiTestApplication.operators(), true);
        problem(ask(open, post(MAIN_ADDRESS + "/restore/preview", "{}"), null), 400, "invalid-request");
        problem(ask(open, post(MAIN_ADDRESS + "/requests/retention", "{}"), null), 401, "unauthorized");
    }

    @Test
    void closed_reads_are_the_operators_but_for_the_health() throws Exception {
        MockMvc closed = with(ApiTestApplication.operators(), false);
        problem(ask(closed, MockMvcRequestBuilders.get(MAIN_ADDRESS), null), 401, "unauthorized");
        problem(ask(closed, MockMvcRequestBuilders.get("/"), null), 401, "unauthorized");
        assertThat(ask(closed, MockMvcRequestBuilders.get(MAIN_ADDRESS), ApiTestApplication.ADA)
                        .getStatus())
                .isEqualTo(200);
        assertThat(ask(closed, MockMvcRequestBuilders.get("/actuator/health"), null)
                        .getStatus())
                .isNotEqualTo(401);
        problem(ask(closed, MockMvcRequestBuilders.get("/actuator/prometheus"), null), 401, "unauthorized");
    }

    @Test
    void without_operators_nothing_is_changed_and_reads_cannot_be_closed() throws Exception {
        MockMvc nobody = with(null, true);
        problem(ask(nobody, pause("{\"reason\":\"x\"}"), ApiTestApplication.ADA), 403, "no-operators");
        assertThat(ask(nobody, MockMvcRequestBuilders.get(MAIN_ADDRESS), null).getStatus())
                .isEqualTo(200);
        assertThatThrownBy(() -> new Access(Optional.empty(), false)).hasMessageContaining("operators.file");
    }

    @Test
    void guessing_is_bounded_for_each_address() throws Exception {
        MockMvc open = with(ApiTestApplication.operators(), true);
        for (int i = 0; i < Guesses.MOST; i++) {
            problem(ask(open, pause("{}"), "Bearer guess-" + i), 401, "unauthorized");
        }
        MockHttpServletResponse limited = ask(open, pause("{\"reason\":\"x\"}"), ApiTestApplication.ADA);
        problem(limited, 429, "too-many-attempts");
        assertThat(limited.getHeader("Retry-After")).isEqualTo("60");
        MockHttpServletRequestBuilder elsewhere = pause("{\"reason\":\"x\"}").with(r -> {
            r.setRemoteAddr("192.0.2.7");
            return r;
        });
        assertThat(ask(open, elsewhere, ApiTestApplication.ADA).getStatus()).isEqualTo(202);
    }

    private MockMvc with(@Nullable Operators operators, boolean readsAreOpen) {
        Access access = new Access(Optional.ofNullable(operators), readsAreOpen);
        return MockMvcBuilders.webAppContextSetup(context)
                .addFilters(new Admission(access, problems))
                .build();
    }

    private static MockHttpServletRequestBuilder pause(String body) {
        return post(MAIN_ADDRESS + "/requests/pause", body);
    }

    private static MockHttpServletRequestBuilder post(String address, String body) {
        return MockMvcRequestBuilders.post(address)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    private static MockHttpServletResponse ask(
            MockMvc mvc, MockHttpServletRequestBuilder request, @Nullable String authorization) throws Exception {
        return mvc.perform(authorization == null ? request : request.header("Authorization", authorization))
                .andReturn()
                .getResponse();
    }

    private static void problem(MockHttpServletResponse response, int status, String code) throws Exception {
        String text = response.getContentAsString(StandardCharsets.UTF_8);
        assertThat(response.getStatus()).as(text).isEqualTo(status);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        JsonNode problem = JSON.readTree(text);
        assertThat(problem.path("code").asString()).isEqualTo(code);
        assertThat(problem.path("hint").asString()).isNotBlank();
    }

    private List<String> actors() {
        return scene.fleet().logs.records(MAIN).stream()
                .flatMap(r -> r.event() instanceof Request.MaintenanceRequested p
                        ? Stream.of(p.origin().actor())
                        : Stream.empty())
                .toList();
    }
}
