package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import io.pgprimacy.log.EventCodec;
import io.pgprimacy.log.EventTypes;
import io.pgprimacy.log.ExportLine;
import io.pgprimacy.log.ExportTrailer;
import io.pgprimacy.log.RecordChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Export, replay and verification, with an export of one request and one decision. */
class LogCommandsTest {
    private static final EventCodec CODEC = new EventCodec();
    private static final ClusterConfig CONFIG = ClusterConfig.defaults(TimingProfile.FAST);

    @TempDir
    Path directory;

    private FakeCoordinator coordinator;
    private final RecordChain chain = new RecordChain();

    @BeforeEach
    void start() throws IOException {
        coordinator = new FakeCoordinator();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void an_export_is_verified_as_it_comes() throws IOException {
        coordinator.on("GET /log", 200, export());
        Path file = directory.resolve("log.jsonl");

        Ran ran = Ran.at(coordinator, "events", "export", file.toString());

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("the log of main up to offset 1: 2 records, 1 requests, 1 decisions")
                .contains("head of the chain: " + chain.head())
                .endsWith("sound\n");
        assertThat(Files.readString(file)).isEqualTo(export());
        assertThat(Ran.of("verify-log", file.toString(), "--head", chain.head()).code())
                .isZero();
        assertThat(Ran.at(coordinator, "events", "export", file.toString()).err())
                .contains("exists already");
    }

    @Test
    void an_export_that_broke_off_is_no_success() {
        coordinator.on("GET /log", 200, export().lines().limit(2).reduce("", (a, b) -> a + b + "\n"));

        Ran ran = Ran.at(
                coordinator, "events", "export", directory.resolve("log.jsonl").toString(), "--json");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(App.JSON.readTree(ran.out()).path("sound").asBoolean(true)).isFalse();
    }

    @Test
    void a_coordinator_that_cannot_read_the_log_leaves_nothing_behind() {
        coordinator.on("GET /log", 503, """
                {"status":503,"code":"log-unavailable","detail":"the brokers are away","hint":"ask again"}""");

        Ran ran = Ran.at(
                coordinator, "events", "export", directory.resolve("log.jsonl").toString());

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("the brokers are away");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void verify_log_finds_what_was_changed() throws IOException {
        Path file = Files.writeString(directory.resolve("log.jsonl"), export().replace("kernel", "nothing"));

        Ran ran = Ran.of("verify-log", file.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("line 1: the chain is broken at offset 0")
                .contains("not sound");
        assertThat(Ran.of("verify-log", file.toString(), "--head", "00").out())
                .contains("the head that you have kept is no link of this chain");
    }

    @Test
    void replay_tells_where_the_rules_of_today_differ() throws IOException {
        Path file = Files.writeString(directory.resolve("log.jsonl"), export());

        Ran ran = Ran.of("replay", file.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("offset 1, decision 1: different")
                .contains("then   C1 ClusterCreated: because somebody said so")
                .contains("1 decisions: 0 the same today, 1 different, 0 reworded, 0 unproven, 0 changed nothing");
        assertThat(App.JSON
                        .readTree(Ran.of("replay", file.toString(), "--json").out())
                        .path("different")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void what_is_no_export_is_said_in_a_sentence() throws IOException {
        Path file = Files.writeString(directory.resolve("log.jsonl"), "hello\n");

        assertThat(Ran.of("replay", file.toString()).err())
                .contains("line 1 of")
                .contains("it is no JSON");
        assertThat(Ran.of("replay", directory.resolve("nowhere").toString()).err())
                .contains("cannot be read");
        assertThat(Ran.of("replay", directory.resolve("nowhere").toString()).code())
                .isEqualTo(2);
    }

    @Test
    void events_are_filtered_by_the_coordinator() {
        coordinator.on("GET /events", 200, "[]");

        Ran.at(
                coordinator,
                "events",
                "--type",
                "decision",
                "--node",
                "pg1",
                "--actor",
                "jane doe",
                "--since",
                "2026-11-24",
                "--until",
                "2026-11-24T05:00:00+01:00",
                "--operation",
                "last");

        assertThat(coordinator.asked())
                .containsExactly("GET /events?limit=50&type=decision&node=pg1&actor=jane doe"
                        + "&since=2026-11-24T00:00:00Z&until=2026-11-24T04:00:00Z&operation=last");
        assertThat(Ran.at(coordinator, "events", "--since", "yesterday").err())
                .contains("--since 'yesterday' is no time");
    }

    private String export() {
        RecordChain links = new RecordChain();
        List<String> lines = new ArrayList<>();
        lines.add(line(
                links,
                0,
                "coordinator/c1",
                new Request.ClusterCreationRequested(
                        "r1", new Request.Origin("jane", "kernel"), CONFIG, new NodeId("pg1"), false)));
        Evidence evidence = new Evidence(
                0,
                0,
                true,
                Duration.ZERO,
                new TreeMap<>(),
                Duration.ZERO,
                Evidence.Fleet.ALONE,
                Optional.empty(),
                Optional.empty());
        Basis basis = new Basis(1, "c1", RuleId.C1, "because somebody said so", Optional.of("r1"), evidence);
        lines.add(
                line(links, 1, "coordinator/c1", new Decision.ClusterCreated(basis, CONFIG, new NodeId("pg1"), false)));
        lines.add(new ExportTrailer("main", 2, 1, links.head()).write());
        while (!chain.head().equals(links.head())) {
            lines.stream().limit(2).map(ExportLine::parse).forEach(chain::next);
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(RecordChain links, long offset, String writer, ClusterEvent event) {
        ExportLine line = new ExportLine(
                "main",
                offset,
                RecordKey.of("id" + offset, event),
                "id" + offset,
                writer,
                EventTypes.nameOf(event.getClass()),
                "2026-11-24T04:00:00Z",
                Optional.empty(),
                App.JSON.readTree(CODEC.body(event)),
                false);
        return line.withChain(links.next(line)).write();
    }
}
