package io.pgprimacy.coordinator.api;

import static io.pgprimacy.coordinator.runtime.FakeFleet.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Request;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import tools.jackson.databind.json.JsonMapper;

/** What has not changed is not sent again, and what has changed is not undone by somebody who has not seen it. */
@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class EntityTagsTest {
    private static final String CLUSTER = "/api/v1/clusters/main";

    @Autowired
    MockMvc mvc;

    @Autowired
    ApiTestApplication.Scene scene;

    @BeforeEach
    void threeHealthyNodes() {
        scene.begin();
    }

    @Test
    void whatIsStillTheSameIsNotSentAgain() throws Exception {
        String config = tag(CLUSTER + "/config");
        assertThat(config).matches("\"[0-9]+\"");
        assertThat(get(CLUSTER + "/config", config).getStatus()).isEqualTo(304);
        String operation = tag(CLUSTER + "/operations/req-create");
        assertThat(get(CLUSTER + "/operations/req-create", operation).getStatus())
                .isEqualTo(304);

        change(202, config, "5");
        scene.fleet().pass(60);
        assertThat(get(CLUSTER + "/config", config).getStatus()).isEqualTo(200);
        assertThat(tag(CLUSTER + "/config")).isNotEqualTo(config);
    }

    @Test
    void aClusterIsAnotherWhenItsPrimaryIsSilentAlthoughItsLogIsTheSame() throws Exception {
        String healthy = tag(CLUSTER);
        assertThat(healthy).startsWith("\"");
        scene.fleet().dies("a");
        scene.fleet().pass(1000);
        assertThat(get(CLUSTER, healthy).getStatus()).isEqualTo(200);
    }

    @Test
    void aChangeThatWasMadeFromAnotherConfigurationIsRefusedBeforeTheLogHearsOfIt() throws Exception {
        String seen = tag(CLUSTER + "/config");
        change(202, seen, "5");
        scene.fleet().pass(60);
        int before = scene.fleet().logs.records(MAIN).size();
        String problem = change(412, seen, "6");
        assertThat(JsonMapper.shared().readTree(problem).path("code").asString())
                .isEqualTo("config-changed");
        change(412, "W/" + tag(CLUSTER + "/config"), "6");
        assertThat(scene.fleet().logs.records(MAIN).stream().skip(before).filter(r -> r.event() instanceof Request))
                .isEmpty();
        change(202, "*", "7");
        change(202, "\"1\", " + seen + ", " + tag(CLUSTER + "/config"), "8");
    }

    @Test
    void aChangeThatIsOvertakenOnItsWayIsRefusedByTheDecision() throws Exception {
        String seen = tag(CLUSTER + "/config");
        ClusterState state = scene.fleet().runtime.snapshot(MAIN).orElseThrow().state();
        Request rival = new Request.ConfigChangeRequested(
                "rival",
                new Request.Origin("bob", "first"),
                state.config().orElseThrow(),
                OptionalLong.of(state.configSequence()));
        CountDownLatch held = new CountDownLatch(1);
        // Another coordinator's is in the log, and is read here only when this one's is there, too.
        Thread.ofPlatform().start(() -> {
            synchronized (scene.fleet()) {
                scene.fleet().logs.append(MAIN, "coordinator/k2", rival);
                held.countDown();
                await().until(this::bothAreAsked);
            }
        });
        held.await();
        assertThat(change(412, seen, "6")).contains("is in force; nothing was changed");
        scene.fleet().pass(60);
        assertThat(get(CLUSTER + "/operations/rival", "").getContentAsString()).contains("SUCCEEDED");
    }

    private boolean bothAreAsked() {
        return scene.fleet().logs.records(MAIN).stream()
                        .filter(r -> r.event() instanceof Request.ConfigChangeRequested)
                        .count()
                == 2;
    }

    private String tag(String address) throws Exception {
        MockHttpServletResponse response =
                mvc.perform(MockMvcRequestBuilders.get(address)).andReturn().getResponse();
        assertThat(response.getStatus()).isEqualTo(200);
        return String.valueOf(response.getHeader("ETag"));
    }

    private MockHttpServletResponse get(String address, String seen) throws Exception {
        return mvc.perform(MockMvcRequestBuilders.get(address).header("If-None-Match", seen))
                .andReturn()
                .getResponse();
    }

    private String change(int status, String seen, String limit) throws Exception {
        MockHttpServletResponse response = mvc.perform(MockMvcRequestBuilders.post(CLUSTER + "/requests/config")
                        .header("If-Match", seen)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"reason\": \"x\", \"config\": {\"automaticFailoverLimit\": " + limit + "}}"))
                .andReturn()
                .getResponse();
        String body = response.getContentAsString(StandardCharsets.UTF_8);
        assertThat(response.getStatus()).as(body).isEqualTo(status);
        return body;
    }
}
