package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Tools that were made for Patroni, unchanged, before a cluster of pgprimacy. */
class PatroniToolsTest {
    private static final String POSTMASTER_STARTED = "SELECT pg_postmaster_start_time()";
    private static final String CONFIGURATION_READ = "SELECT pg_conf_load_time()";

    /** Two good checks of 3 s each, and the change of primary itself. */
    private static final Duration BEHIND_THE_PROXY = Duration.ofSeconds(25);

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS);

    private final SandboxUnderTest sandbox = SHARED.get();

    @Test
    void haproxy_follows_a_switchover_and_a_failover() {
        if (Haproxy.program().isEmpty()) {
            System.err.println("SKIPPED: HAProxy's test, for there is none here: apt-get install haproxy");
        }
        assumeTrue(Haproxy.program().isPresent());
        try (Haproxy haproxy = Haproxy.before(sandbox)) {
            awaitRoutes(haproxy, sandbox.look());
            Database.execute(haproxy.primaryPort(), "CREATE TABLE through_the_proxy (n int)");

            switchOver(sandbox.look());
            awaitRoutes(haproxy, sandbox.look());
            Database.execute(haproxy.primaryPort(), "INSERT INTO through_the_proxy VALUES (1)");
            sandbox.waitHealthy();

            ClusterNow before = sandbox.look();
            Host.of(sandbox, before.primary()).crashPostmaster();
            awaitAnotherPrimary(before);
            awaitRoutes(haproxy, sandbox.look());
            Database.execute(haproxy.primaryPort(), "INSERT INTO through_the_proxy VALUES (2)");
            assertThat(Database.ask(haproxy.primaryPort(), "SELECT count(*) FROM through_the_proxy"))
                    .isEqualTo("2");
        }
    }

    @Test
    void clients_of_pgbouncer_write_again_after_a_switchover_and_a_failover() {
        if (Haproxy.program().isEmpty() || PgBouncer.program().isEmpty()) {
            System.err.println(
                    "SKIPPED: PgBouncer's test, for it or HAProxy is not here: apt-get install haproxy pgbouncer");
        }
        assumeTrue(Haproxy.program().isPresent() && PgBouncer.program().isPresent());
        try (Haproxy haproxy = Haproxy.before(sandbox);
                PgBouncer bouncer = PgBouncer.before(haproxy.primaryPort())) {
            awaitRoutes(haproxy, sandbox.look());
            Database.execute(bouncer.port(), "CREATE TABLE through_the_pool (n int PRIMARY KEY)");
            assertThat(write(bouncer.port(), 1)).isTrue();

            ClusterNow before = sandbox.look();
            switchOver(before);
            Eventually.until("a write after the switchover", BEHIND_THE_PROXY, () -> write(bouncer.port(), 2));
            sandbox.waitHealthy();

            before = sandbox.look();
            Host.of(sandbox, before.primary()).crashPostmaster();
            awaitAnotherPrimary(before);
            Eventually.until("a write after the failover", BEHIND_THE_PROXY, () -> write(bouncer.port(), 3));
            assertThat(Database.ask(
                            sandbox.look().primaryPort(),
                            "SELECT string_agg(n::text, ' ' ORDER BY n) FROM through_the_pool"))
                    .isEqualTo("1 2 3");
        }
    }

    /** By a connection of its own: PgBouncer ends a client's whose server dies under a query. Says whether it was acknowledged. */
    private static boolean write(int port, int n) {
        try {
            Database.execute(port, "INSERT INTO through_the_pool VALUES (" + n + ") ON CONFLICT DO NOTHING");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** As vip-manager does: each host asks its own agent for {@code /leader}, and holds the address while that answers 200. */
    @Test
    void no_two_hosts_would_hold_the_address_at_once() {
        ClusterNow before = sandbox.look();
        List<AgentPort> agents = before.members().stream()
                .map(m -> AgentPort.of(sandbox, m.name()))
                .toList();
        List<Integer> held = new CopyOnWriteArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        Thread hosts = Thread.ofVirtual().start(() -> {
            while (!enough.get()) {
                for (int i = 0; i < agents.size(); i++) {
                    if (agents.get(i).status("/leader") == 200) {
                        held.add(i);
                    }
                }
            }
        });
        try {
            Eventually.until("a host holds the address", SOON, () -> !held.isEmpty());
            int first = held.getLast();
            switchOver(before);
            Eventually.until("another host holds it", SOON, () -> held.getLast() != first);
        } finally {
            enough.set(true);
        }
        Eventually.until("nobody asks any more", SOON, () -> !hosts.isAlive());
        List<Integer> holders = new ArrayList<>();
        held.forEach(i -> {
            if (holders.isEmpty() || !holders.getLast().equals(i)) {
                holders.add(i);
            }
        });
        assertThat(holders).as("one after the other").hasSize(2);
    }

    /** As patronictl does it: to any node, with the leader's name, and the answer in words. */
    private void switchOver(ClusterNow before) {
        String candidate = before.standbys().getFirst();
        HttpResponse<String> answer = AgentPort.of(sandbox, before.standbys().getLast())
                .post(
                        "/switchover",
                        "{\"leader\": \"%s\", \"candidate\": \"%s\"}".formatted(before.primary(), candidate));

        assertThat(answer.body()).isEqualTo("Successfully switched over to \"" + candidate + "\"");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sandbox.events())
                .filteredOn(e -> SandboxUnderTest.nameOf(e).equals("SwitchoverRequested"))
                .last()
                .satisfies(e -> assertThat(
                                e.path("event").path("origin").path("actor").asString())
                        .isEqualTo("operator"));
        awaitAnotherPrimary(before);
    }

    private void awaitAnotherPrimary(ClusterNow before) {
        Eventually.until("another primary", SOON, () -> {
            ClusterNow now = sandbox.look();
            return now.term() > before.term()
                    && !now.primary().equals(before.primary())
                    && !now.primary().isEmpty();
        });
    }

    private static void awaitRoutes(Haproxy haproxy, ClusterNow now) {
        List<String> standbys = now.members().stream()
                .filter(m -> !m.name().equals(now.primary()))
                .map(m -> Integer.toString(m.port()))
                .toList();
        List<String> primary = List.of(Integer.toString(now.primaryPort()));
        Eventually.until(
                "HAProxy leads to the primary alone",
                BEHIND_THE_PROXY,
                () -> primary.containsAll(wheresTo(haproxy.primaryPort())));
        Eventually.until(
                "HAProxy leads to standbys alone",
                BEHIND_THE_PROXY,
                () -> standbys.containsAll(wheresTo(haproxy.standbyPort())));
    }

    /** Twice round: HAProxy takes every server for healthy until it has checked it. */
    private static List<String> wheresTo(int port) {
        return Stream.generate(() -> whereTo(port)).limit(6).toList();
    }

    private static String whereTo(int port) {
        return Database.ask(port, "SHOW port");
    }

    /** The requests of check_patroni 2.1, check by check, with what it looks at in the answers. */
    @Test
    void check_patroni_s_checks_hold() {
        ClusterNow now = sandbox.look();
        AgentPort primary = AgentPort.of(sandbox, now.primary());
        AgentPort standby = AgentPort.of(sandbox, now.standbys().getFirst());

        assertThat(primary.status("/primary")).as("node_is_primary").isEqualTo(200);
        assertThat(standby.status("/primary")).isEqualTo(503);
        assertThat(primary.status("/leader")).as("node_is_leader").isEqualTo(200);
        assertThat(standby.status("/replica?lag=10MB")).as("node_is_replica").isEqualTo(200);
        assertThat(standby.status("/liveness")).as("node_is_alive").isEqualTo(200);
        JsonNode node = standby.json("/patroni");
        assertThat(node.path("timeline").asLong())
                .as("node_tl_has_changed")
                .isEqualTo(now.member(now.primary()).timeline());
        assertThat(node.has("pending_restart")).as("node_is_pending_restart").isFalse();
        assertThat(node.path("patroni").path("version").asString())
                .as("node_patroni_version")
                .isEqualTo("4.1.0");
        assertThat(standby.json("/config"))
                .as("cluster_config_has_changed")
                .isEqualTo(primary.json("/config"))
                .isNotEmpty();
        assertClusterChecks(standby.json("/cluster"));
    }

    private static void assertClusterChecks(JsonNode cluster) {
        List<JsonNode> members = StreamSupport.stream(cluster.path("members").spliterator(), false)
                .toList();
        assertThat(members)
                .as("cluster_node_count")
                .hasSize(3)
                .allSatisfy(m -> assertThat(m.path("state").asString()).isIn("running", "streaming"));
        assertThat(members)
                .as("cluster_has_leader")
                .filteredOn(m -> m.path("role").asString().equals("leader"))
                .singleElement()
                .satisfies(m -> assertThat(m.path("state").asString()).isEqualTo("running"));
        assertThat(members)
                .as("cluster_has_replica")
                .filteredOn(m -> m.path("role").asString().equals("replica"))
                .hasSize(2)
                .allSatisfy(m -> assertThat(m.path("lag").isNumber()).isTrue());
        assertThat(cluster.path("pause").asBoolean(false))
                .as("cluster_is_in_maintenance")
                .isFalse();
        assertThat(cluster.has("scheduled_switchover"))
                .as("cluster_has_scheduled_action")
                .isFalse();
    }

    @Test
    void every_method_of_a_health_check_gives_the_same_status() {
        ClusterNow now = sandbox.look();
        for (String name : now.members().stream().map(ClusterNow.Member::name).toList()) {
            AgentPort agent = AgentPort.of(sandbox, name);
            for (String path : List.of("/", "/replica", "/health", "/readiness", "/read-only", "/sync")) {
                int status = agent.status(path);
                assertThat(agent.status("HEAD", path)).as(name + path).isEqualTo(status);
                assertThat(agent.status("OPTIONS", path)).as(name + path).isEqualTo(status);
            }
        }
    }

    @Test
    void a_standby_is_made_anew_by_its_own_port() {
        ClusterNow now = sandbox.look();
        String standby = now.standbys().getLast();
        long before = sandbox.lastOffset();

        HttpResponse<String> answer = AgentPort.of(sandbox, standby).post("/reinitialize", "{\"force\": true}");

        assertThat(answer.body()).isEqualTo("reinitialize started");
        sandbox.awaitEvent("Rebuilt", before, Duration.ofSeconds(60), e -> true);
        assertThat(AgentPort.of(sandbox, now.primary())
                        .post("/reinitialize", "{}")
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void a_standby_is_restarted_by_its_own_port_and_a_primary_says_what_to_do_instead() {
        ClusterNow now = sandbox.look();
        ClusterNow.Member standby = now.member(now.standbys().getFirst());
        String started = Database.ask(standby.port(), POSTMASTER_STARTED);

        HttpResponse<String> answer = AgentPort.of(sandbox, standby.name()).post("/restart", "{\"role\": \"replica\"}");

        assertThat(answer.body()).isEqualTo("restarted successfully");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Database.ask(standby.port(), POSTMASTER_STARTED)).isNotEqualTo(started);
        HttpResponse<String> refused = AgentPort.of(sandbox, now.primary()).post("/restart", "{}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("switchover");
    }

    @Test
    void a_primary_reads_its_configuration_again_by_its_own_port() {
        ClusterNow now = sandbox.look();
        ClusterNow.Member primary = now.member(now.primary());
        String before = Database.ask(primary.port(), CONFIGURATION_READ);

        HttpResponse<String> answer = AgentPort.of(sandbox, primary.name()).post("/reload", "");

        assertThat(answer.body()).isEqualTo("reload scheduled");
        assertThat(answer.statusCode()).isEqualTo(202);
        Eventually.until(
                "it has been read",
                SOON,
                () -> !Database.ask(primary.port(), CONFIGURATION_READ).equals(before));
    }

    @Test
    void what_the_metrics_say_is_so() {
        ClusterNow now = sandbox.look();
        String primary = AgentPort.of(sandbox, now.primary()).text("/metrics");
        String standby = AgentPort.of(sandbox, now.standbys().getFirst()).text("/metrics");

        assertThat(metric(primary, "patroni_primary")).isEqualTo(1);
        assertThat(metric(standby, "patroni_primary")).isZero();
        assertThat(metric(standby, "patroni_postgres_streaming")).isEqualTo(1);
        assertThat(metric(standby, "patroni_postgres_state")).isEqualTo(5);
        assertThat(metric(standby, "patroni_postgres_server_version")).isGreaterThan(150_000);
        assertThat(metric(standby, "patroni_failsafe_mode_enabled")).isEqualTo(1);
        assertThat(metric(standby, "patroni_postmaster_start_time")).isGreaterThan(1.7e9);
        assertThat(metric(standby, "patroni_dcs_last_seen")).isGreaterThan(System.currentTimeMillis() / 1000.0 - 10);
    }

    private static double metric(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }
}
