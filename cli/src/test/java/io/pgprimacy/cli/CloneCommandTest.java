package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloneCommandTest {
    private static final String COPY = "/api/v1/clusters/copy";

    private FakeCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = new FakeCoordinator();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void aCloneIsAskedForUnderItsNewNameAndWaitedForWithAllItsNodes() {
        coordinator
                .on("POST " + COPY + "/requests/create", 202, "{\"id\":\"r1\"}")
                .on("GET " + COPY + "/operations/r1", 200, """
                        {"id":"r1","state":"SUCCEEDED","message":"node copy1 was restored","steps":[]}""")
                .on("GET " + COPY, 200, """
                        {"cluster":"copy","healthy":true,"primary":"copy1","problems":[],
                         "members":[{"name":"copy1","membership":"member"},{"name":"copy2","membership":"member"}]}""");

        Ran ran = Ran.at(
                coordinator,
                "clone",
                "copy",
                "--from",
                "main",
                "--to",
                "0/30",
                "--incarnation",
                "2",
                "--reason",
                "x",
                "-y");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("clone done: node copy1 was restored", "cluster copy, a clone of main, is there after")
                .contains("copy1 serves, 1 standbys stream");
        assertThat(coordinator.lastBody()).isEqualTo(App.JSON.readTree("""
                {"reason":"x","config":{"profile":"normal","sync":false},
                 "data":{"to":"0/30","exclusive":false,"incarnation":2,"cluster":"main"}}"""));
    }

    @Test
    void aDryRunAsksForNothingAndNeedsNoConfirmation() {
        coordinator.on("POST " + COPY + "/requests/create", 200, """
                {"outcome":"granted","sentence":"the cluster begins with latest of main","because":"a full backup"}""");

        Ran ran = Ran.at(coordinator, "clone", "copy", "--from", "main", "--reason", "x", "--dry-run");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("the cluster begins with latest of main: a full backup\n");
        assertThat(coordinator.asked()).containsExactly("POST " + COPY + "/requests/create?dryRun=true");
    }

    @Test
    void whatIsNoCloneIsRefusedBeforeAnybodyIsAsked() {
        assertRefused("has another name than copy", "clone", "copy", "--from", "copy");
        assertRefused("clone takes no --cluster", "clone", "copy", "--from", "main", "--cluster", "main");
        assertRefused("--from", "clone", "copy");
        assertThat(coordinator.asked()).isEmpty();
    }

    private void assertRefused(String because, String... command) {
        String[] all = Stream.concat(Stream.of(command), Stream.of("--reason", "x", "--yes"))
                .toArray(String[]::new);
        Ran ran = Ran.at(coordinator, all);
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(because);
    }
}
