package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.FaultyS3.Fault;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Expiry;
import io.pgprimacy.storage.repository.Expiry.Applied;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept, what goes, who may say so, and what a crash in between leaves. */
class RetentionServiceTest extends ServiceTest {
    private static final ClusterId DEMO = new ClusterId("demo");
    private static final Duration GRACE = Duration.ofHours(24);
    private static final RetentionPolicy ONE = new RetentionPolicy(1, Duration.ZERO, 0, 0, 0);
    private static final String WHO = "\"actor\":\"ann\",\"reason\":\"tests\"";

    private ObjectStore store;
    private BackupPlace old;
    private BackupPlace increment;
    private BackupPlace full;

    @BeforeEach
    void aChainAndAFullBackup() throws Exception {
        empty(s3.bucket());
        start("direct");
        store = service.getBean(ObjectStore.class);
        old = backup(NOW.minus(Duration.ofDays(9)));
        increment = backup(NOW.minus(Duration.ofDays(8)), old);
        full = backup(NOW);
    }

    @Test
    void thePlanSaysWhyAndChangesNothing() throws Exception {
        HttpResponse<String> answer = send("POST", "/api/v1/clusters/demo/retention/plan", "{\"full\":1}", OPERATOR);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("one of the newest 1 good full backups")
                .contains("no rule keeps it")
                .contains("all timelines, since 0/1000");
        assertThat(listed()).containsExactly(old, increment, full);
        assertThat(answer.body()).contains("\"stays\":false");
    }

    @Test
    void agentsCannotRemoveOrPin() throws Exception {
        String apply = "{\"policy\":{\"full\":1}," + WHO + "}";
        for (String path : List.of("/retention/plan", "/retention/apply", "/verifications")) {
            assertThat(send("POST", "/api/v1/clusters/demo" + path, apply, TOKEN)
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(send("PUT", pinOf(old), "{" + WHO + "}", TOKEN).statusCode()).isEqualTo(403);
        assertThat(send("DELETE", pinOf(old), "", TOKEN).statusCode()).isEqualTo(403);
        assertThat(send("POST", backup("/puts"), put("data/00000002", new byte[1]), OPERATOR)
                        .statusCode())
                .as("an operator puts nothing")
                .isEqualTo(403);
        assertThat(get("/api/v1/clusters/demo/backups", OPERATOR).statusCode()).isEqualTo(200);
    }

    @Test
    void emptyPoliciesAndNamelessActorsAreRefused() throws Exception {
        for (String body : List.of(
                "{}",
                "{\"policy\":{}," + WHO + "}",
                "{\"policy\":{\"full\":-1}," + WHO + "}",
                "{\"policy\":{\"window\":\"soon\"}," + WHO + "}",
                "{\"policy\":{\"full\":1},\"actor\":\" \",\"reason\":\"x\"}",
                "{\"policy\":{\"full\":1},\"actor\":\"ann\"}")) {
            HttpResponse<String> answer = send("POST", "/api/v1/clusters/demo/retention/apply", body, OPERATOR);
            assertThat(answer.statusCode()).as(body + answer.body()).isEqualTo(400);
        }
        assertThat(listed()).hasSize(3);
    }

    @Test
    void whatGoesIsMarkedThenRemovedThenCollected() throws Exception {
        HttpResponse<String> answer = send(
                "POST", "/api/v1/clusters/demo/retention/apply", "{\"policy\":{\"full\":1}," + WHO + "}", OPERATOR);
        assertThat(answer.body())
                .as("dependants first")
                .contains("\"marked\":[\"" + increment.id() + "\",\"" + old.id());
        assertThat(get("/api/v1/clusters/demo/backups", TOKEN).body()).contains("\"expiring\" : true");
        assertThat(apply(Duration.ofHours(23)).waiting()).hasSize(2);
        assertThat(listed()).hasSize(3);

        assertThat(apply(Duration.ofHours(25)).removed())
                .containsExactly(increment.id().value(), old.id().value());
        assertThat(listed()).containsExactly(full);
        assertThat(store.stat(old.data(1))).as("not yet collected").isPresent();
        assertThat(collect(store, Duration.ofHours(26)).directories())
                .containsExactlyInAnyOrder(old.directory(), increment.directory());
        collect(store, Duration.ofHours(26));
        assertThat(objectsOf(old)).isEmpty();
        assertThat(objectsOf(full)).isNotEmpty();
    }

    @Test
    void aPinInBetweenWins() throws Exception {
        apply(Duration.ZERO);
        assertThat(send("PUT", pinOf(increment), "{" + WHO + "}", OPERATOR).statusCode())
                .isEqualTo(204);
        assertThat(send("PUT", pinOf(increment), "{" + WHO + "}", OPERATOR).statusCode())
                .as("again")
                .isEqualTo(204);
        Applied applied = apply(Duration.ofHours(25));
        assertThat(applied.removed()).isEmpty();
        assertThat(applied.released()).hasSize(2);
        assertThat(listed()).containsExactly(old, increment, full);

        assertThat(send("DELETE", pinOf(increment), "", OPERATOR).statusCode()).isEqualTo(204);
        apply(Duration.ofHours(25));
        assertThat(listed()).as("marked anew, from now on").hasSize(3);
        apply(Duration.ofHours(50));
        assertThat(listed()).containsExactly(full);
    }

    @Test
    void whatIsBeingRemovedIsNotPinnedAnyMore() throws Exception {
        apply(Duration.ZERO);
        // It dies after the two marks of removal.
        assertThat(diesAfterWrites(2)).isTrue();
        assertThat(listed()).hasSize(3);
        HttpResponse<String> answer = send("PUT", pinOf(old), "{" + WHO + "}", OPERATOR);
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("too-late");
        assertThat(objectsOf(old)).noneMatch(name -> name.endsWith("pin.json"));
    }

    @Test
    void aMarkOfABaseIsNotActedUponBeforeThatOfItsDependants() throws Exception {
        service.getBean(Expiry.class).pin(increment, "ann", "tests");
        apply(Duration.ZERO);
        service.getBean(Expiry.class).unpin(increment);
        Files.writeString(
                s3.bucket().resolve("repository").resolve(old.state("expired")),
                "{\"at\":\"2020-01-01T00:00:00Z\",\"actor\":\"x\",\"reason\":\"x\"}");
        assertThat(apply(Duration.ZERO).removed()).isEmpty();
        assertThat(listed()).containsExactly(old, increment, full);
    }

    /** Killed before each of its writes, and run again: what is listed is whole at every moment, and in the end it is done. */
    @Test
    void aCrashAtAnyStepLeavesNothingHalfListed() {
        apply(Duration.ZERO);
        boolean died = true;
        for (int writes = 0; died; writes++) {
            died = diesAfterWrites(writes);
            int step = writes;
            List<BackupPlace> listed = listed();
            assertThat(listed).as("after step %d", step).contains(full);
            assertThat(!listed.contains(increment) || listed.contains(old))
                    .as("step %d: no increment without its full backup", step)
                    .isTrue();
            listed.forEach(place -> assertThat(store.stat(place.data(1))).isPresent());
        }
        assertThat(listed()).containsExactly(full);
    }

    @Test
    void nothingIsRemovedWhileAManifestCannotBeRead() throws Exception {
        Path manifest = s3.bucket().resolve("repository").resolve(old.manifest());
        Files.writeString(manifest, "x" + Files.readString(manifest).substring(1));
        assertThatThrownBy(() -> fresh(Duration.ZERO).apply(DEMO, ONE, "ann", "tests"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void nothingIsBuiltOnWhatIsAboutToGo() throws Exception {
        apply(Duration.ofHours(-13));
        place = somePlace(NOW.plusSeconds(60));
        below = List.of(old.id(), increment.id());
        assertThat(commit(store(objects(new byte[1000]))).body())
                .contains("too-late")
                .contains("being removed");
    }

    @Test
    void anAgentSaysThatADrillHasProvenABackupAndTheNewestCounts() throws Exception {
        String proof = pinOf(full).replace("/pin", "/proof");
        assertThat(send("POST", proof, "{\"seconds\":0}", TOKEN).statusCode()).isEqualTo(400);
        assertThat(send("POST", proof.replace(full.id().value(), "20200101T000000Z-00000000"), "{\"seconds\":1}", TOKEN)
                        .statusCode())
                .isEqualTo(404);

        assertThat(send("POST", proof, "{\"seconds\":20}", TOKEN).statusCode()).isEqualTo(204);
        assertThat(send("POST", proof, "{\"seconds\":12.5}", TOKEN).statusCode())
                .isEqualTo(204);

        assertThat(new Catalog(store, null)
                        .list(DEMO).states().stream()
                                .flatMap(state -> state.proven().stream())
                                .toList())
                .singleElement()
                .satisfies(p -> assertThat(p.seconds()).isEqualTo(12.5));
    }

    private Applied apply(Duration later) {
        return fresh(later).apply(DEMO, ONE, "ann", "tests");
    }

    private Expiry fresh(Duration later) {
        return new Expiry(store, new Catalog(store, null), later(later), GRACE);
    }

    /** Runs retention a day later over a store that is gone after so many writes; false where it came to its end before that. */
    private boolean diesAfterWrites(int writes) {
        AtomicInteger left = new AtomicInteger(writes);
        try (FaultyS3 faulty = new FaultyS3(s3.uri());
                ObjectStore dying = directStore(faulty.uri())) {
            dying.requireConditions();
            faulty.faults = (method, _) -> {
                boolean writing = method.equals("PUT") || method.equals("DELETE");
                return left.get() < 0 || (writing && left.decrementAndGet() < 0) ? Fault.CUT : Fault.NONE;
            };
            new Expiry(dying, new Catalog(dying, null), later(Duration.ofHours(25)), GRACE)
                    .apply(DEMO, ONE, "ann", "tests");
            return false;
        } catch (StoreUnavailable e) {
            return true;
        }
    }

    private List<BackupPlace> listed() {
        return new Catalog(store, null)
                .list(DEMO).backups().stream().map(m -> m.place()).toList();
    }

    private List<String> objectsOf(BackupPlace place) {
        Path bucket = s3.bucket();
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(name -> name.contains(place.id().value()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void empty(Path bucket) throws IOException {
        try (Stream<Path> files = Files.walk(bucket)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(bucket)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String pinOf(BackupPlace place) {
        return "/api/v1/clusters/demo/1/backups/" + place.id() + "/pin";
    }
}
