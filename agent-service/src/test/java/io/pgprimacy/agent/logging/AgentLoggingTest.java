package io.pgprimacy.agent.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AgentLoggingTest {
    private static final ClusterId CLUSTER = new ClusterId("main");
    private static final NodeId NODE = new NodeId("a");

    private final Logger log = LoggerFactory.getLogger(AgentLoggingTest.class);
    private final PrintStream terminal = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void setUp() {
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void tearDown() {
        System.setErr(terminal);
        MDC.clear();
        new AgentLogging().configure((LoggerContext) LoggerFactory.getILoggerFactory());
    }

    @Test
    void text_is_one_line_for_each_message() {
        AgentLogging.use(LogFormat.TEXT, CLUSTER, NODE);

        log.info("begin {}", "Promote");

        assertThat(lines()).singleElement().asString().endsWith("INFO AgentLoggingTest - begin Promote");
    }

    @Test
    void json_has_the_keys_that_coordinators_use() {
        AgentLogging.use(LogFormat.JSON, CLUSTER, NODE);
        AgentLogging.at(new Term(7), 42);

        log.atInfo().addKeyValue(AgentLogging.SEQUENCE, 12).log("begin the {}", "backup");

        JsonNode line = JsonMapper.shared().readTree(lines().getFirst());
        assertThat(line.path("cluster").asString()).isEqualTo("main");
        assertThat(line.path("node").asString()).isEqualTo("a");
        assertThat(line.path("term").asString()).isEqualTo("7");
        assertThat(line.path("offset").asString()).isEqualTo("42");
        assertThat(line.path("sequence").asInt()).isEqualTo(12);
        assertThat(line.path("level").asString()).isEqualTo("INFO");
        assertThat(line.path("message").asString()).isEqualTo("begin the backup");
    }

    @Test
    void a_stack_trace_stays_within_its_json_object() {
        AgentLogging.use(LogFormat.JSON, CLUSTER, NODE);

        log.error("a pass of the loop failed", new IllegalStateException("of the test"));

        assertThat(lines()).hasSize(1);
        assertThat(JsonMapper.shared()
                        .readTree(lines().getFirst())
                        .path("stack_trace")
                        .asString())
                .contains("of the test");
    }

    @Test
    void what_repeats_itself_at_each_attempt_is_quiet() {
        LoggerFactory.getLogger("org.apache.kafka.clients.NetworkClient").warn("Connection could not be established");
        LoggerFactory.getLogger("org.apache.kafka.common.utils.AppInfoParser").info("Kafka version");

        assertThat(lines()).isEmpty();
    }

    private List<String> lines() {
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
