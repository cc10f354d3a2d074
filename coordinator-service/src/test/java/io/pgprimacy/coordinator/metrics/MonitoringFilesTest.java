package io.pgprimacy.coordinator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgprimacy.core.metric.AgentMetric;
import io.pgprimacy.core.metric.CoordinatorMetric;
import io.pgprimacy.core.metric.Metric;
import io.pgprimacy.core.metric.PatroniMetric;
import io.pgprimacy.core.metric.StorageMetric;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An alert over a name that nobody exports never fires, and a panel over one stays empty: each expression is held to the catalogue. */
class MonitoringFilesTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Path RULES = PROJECT.resolve("deploy/prometheus/pgprimacy-alerts.yml");
    private static final List<String> SCRAPED = List.of("job", "instance");

    /** By series, the labels that it may be asked for. */
    private static final Map<String, Set<String>> EXPORTED = exported();

    private static Map<String, Set<String>> exported() {
        Map<String, Set<String>> all = new TreeMap<>();
        Stream.<Metric[]>of(
                        AgentMetric.values(),
                        PatroniMetric.values(),
                        CoordinatorMetric.values(),
                        StorageMetric.values())
                .flatMap(Arrays::stream)
                .forEach(metric -> metric.series().forEach(series -> all.put(series, withScraped(metric.labels()))));
        for (Metric metric : List.of(CoordinatorMetric.DECISION_LATENCY, CoordinatorMetric.LOG_APPEND)) {
            all.put(metric.exposed(), withScraped(List.of("quantile")));
        }
        all.put("up", withScraped(List.of()));
        return all;
    }

    private static Set<String> withScraped(List<String> labels) {
        Set<String> all = new TreeSet<>(labels);
        all.addAll(SCRAPED);
        return all;
    }

    @Test
    void every_alert_is_over_what_is_exported_and_says_what_to_do() throws IOException {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Map<String, Object> group : maps(yaml(RULES), "groups")) {
            rules.addAll(maps(group, "rules"));
        }
        assertThat(rules).hasSizeGreaterThan(20);
        assertThat(rules).extracting(rule -> rule.get("alert")).doesNotHaveDuplicates();
        for (Map<String, Object> rule : rules) {
            String about = "alert " + rule.get("alert");
            assertHolds(about, (String) rule.get("expr"));
            assertThat(map(rule, "labels").get("severity")).as(about).isIn("page", "ticket");
            assertThat((String) map(rule, "annotations").get("summary"))
                    .as(about)
                    .isNotBlank();
        }
        assertThat(found("docs/[\\w/-]+\\.md", Files.readString(RULES)))
                .isNotEmpty()
                .allMatch(document -> Files.exists(PROJECT.resolve(document)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pgprimacy-fleet.json", "pgprimacy-cluster.json"})
    void every_panel_shows_what_is_exported(String file) throws IOException {
        JsonNode board = JsonMapper.shared()
                .readTree(PROJECT.resolve("deploy/grafana").resolve(file).toFile());
        assertThat(board.path("uid").asString()).isEqualTo(file.replace(".json", ""));
        List<JsonNode> panels = new ArrayList<>();
        board.path("panels").forEach(panels::add);
        assertThat(panels).hasSizeGreaterThan(10);
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        for (JsonNode panel : panels) {
            boolean row = panel.path("type").asString().equals("row");
            assertThat(panel.path("targets").size()).as(panel.toString()).isGreaterThanOrEqualTo(row ? 0 : 1);
            panel.path("targets")
                    .forEach(target -> assertHolds(
                            panel.path("title").asString(), target.path("expr").asString()));
        }
        board.path("annotations")
                .path("list")
                .forEach(a -> assertHolds("annotation", a.path("expr").asString()));
        assertNoOverlap(panels);
    }

    /** What nobody would look at need not be exported. */
    @Test
    void nothing_is_exported_that_neither_a_board_nor_an_alert_shows() throws IOException {
        String all = Files.readString(RULES)
                + Files.readString(PROJECT.resolve("deploy/grafana/pgprimacy-fleet.json"))
                + Files.readString(PROJECT.resolve("deploy/grafana/pgprimacy-cluster.json"));
        assertThat(Stream.<Metric[]>of(AgentMetric.values(), CoordinatorMetric.values(), StorageMetric.values())
                        .flatMap(Arrays::stream)
                        .filter(metric -> !all.contains(metric.exposed())))
                .containsExactlyInAnyOrder(
                        // For those who look for the reason of what an alert or a board has shown.
                        AgentMetric.TERM_PLEDGED,
                        AgentMetric.MEMBER,
                        AgentMetric.LEASE_BY_PROMISES,
                        AgentMetric.LOG_CAUGHT_UP,
                        AgentMetric.WAL_ARCHIVE_BACKLOG,
                        CoordinatorMetric.MEMBERS_SUSPENDED,
                        CoordinatorMetric.AUTOMATIC_FAILOVERS,
                        StorageMetric.BACKUPS,
                        StorageMetric.OLDEST_BACKUP,
                        StorageMetric.LAST_VERIFIED,
                        StorageMetric.WAL_NEWEST,
                        StorageMetric.GARBAGE_OBJECTS,
                        StorageMetric.SLICES_REMOVED,
                        StorageMetric.VERIFIED_BYTES);
    }

    @Test
    void promtool_accepts_the_rules_and_they_fire_when_they_must() throws IOException, InterruptedException {
        boolean there = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
        if (!there) {
            System.err.println(
                    "SKIPPED: promtool's test, for there is none here: it is in Debian's package prometheus");
        }
        assumeTrue(there);
        promtool("check", "config", "prometheus.yml");
        promtool("test", "rules", "pgprimacy-alerts-test.yml", "pgprimacy-alerts-days-test.yml");
    }

    @Test
    void pages_silence_tickets_about_the_same_cluster() throws IOException {
        Map<String, Object> alertmanager = yaml(PROJECT.resolve("deploy/prometheus/alertmanager.yml"));
        assertThat(map(alertmanager, "route").get("group_by")).isEqualTo(List.of("scope"));
        Set<String> receivers = new TreeSet<>();
        maps(alertmanager, "receivers").forEach(r -> receivers.add((String) r.get("name")));
        assertThat(receivers).contains((String) map(alertmanager, "route").get("receiver"));
        assertThat(maps(map(alertmanager, "route"), "routes"))
                .allSatisfy(route -> assertThat(receivers).contains((String) route.get("receiver")));
        assertThat(maps(alertmanager, "inhibit_rules").getFirst().get("equal")).isEqualTo(List.of("scope"));
    }

    @Test
    void an_expression_that_is_none_is_found_out() {
        assertThat(Promql.of("max by (scope) (increase(pgprimacy_x_total{outcome!=\"a\"}[1h])) > 3"))
                .isEqualTo(new Promql(Set.of("pgprimacy_x_total"), Set.of("scope", "outcome")));
        for (String wrong : List.of("sum(a", "sum(a))", "smu(a)", "a[5x]", "a{b}", "max > 3", "a # b")) {
            assertThatThrownBy(() -> Promql.of(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void assertHolds(String about, String expression) {
        Promql parsed = Promql.of(expression);
        assertThat(parsed.metrics()).as(about).isNotEmpty().isSubsetOf(EXPORTED.keySet());
        Set<String> labels = new TreeSet<>();
        parsed.metrics().forEach(metric -> labels.addAll(EXPORTED.get(metric)));
        assertThat(labels).as(about + ": " + expression).containsAll(parsed.labels());
    }

    private static void assertNoOverlap(List<JsonNode> panels) {
        Set<String> taken = new TreeSet<>();
        for (JsonNode panel : panels) {
            JsonNode place = panel.path("gridPos");
            for (int x = place.path("x").asInt();
                    x < place.path("x").asInt() + place.path("w").asInt();
                    x++) {
                for (int y = place.path("y").asInt();
                        y < place.path("y").asInt() + place.path("h").asInt();
                        y++) {
                    assertThat(taken.add(x + "/" + y))
                            .as(panel.path("title").asString())
                            .isTrue();
                    assertThat(x).isLessThan(24);
                }
            }
        }
    }

    private static void promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(RULES.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> all = new TreeSet<>();
        Pattern.compile(pattern).matcher(text).results().forEach(match -> all.add(match.group()));
        return all;
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> from, String key) {
        return (Map<String, Object>) from.get(key);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Map<String, Object> from, String key) {
        return (List<Map<String, Object>>) from.get(key);
    }
}
