package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.FaultyS3.Fault;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Expiry;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import io.pgprimacy.storage.wal.WalExpiry;
import io.pgprimacy.storage.wal.WalTerms;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three full backups, nine days old, eight days old and new, that begin in the segments 2, 4 and 8 of their timelines and need the archive's WAL;
 * timeline 2 begins in segment 6.
 */
class WalExpiryTest extends ServiceTest {
    private static final ClusterId DEMO = new ClusterId("demo");
    private static final RetentionPolicy ONE = new RetentionPolicy(1, Duration.ZERO, 0, 0, 0);
    private static final Duration GRACE = Duration.ofHours(24);
    private static final Duration DAY = Duration.ofHours(25);
    private static final long SIZE = 16 * 1024 * 1024;
    private static final WalPlace WAL = new WalPlace(DEMO, Incarnation.FIRST);

    private ObjectStore store;
    private BackupPlace oldest;
    private BackupPlace newest;

    @BeforeEach
    void anArchiveOfTwoTimelines() throws Exception {
        RetentionServiceTest.empty(s3.bucket());
        start("direct");
        store = service.getBean(ObjectStore.class);
        new WalTerms(store)
                .declare(
                        WAL,
                        new WalTerm(WalTerm.FORMAT, 1, new TimelineId(1), new SystemIdentifier("7"), SIZE, 150018));
        for (int number = 1; number <= 6; number++) {
            put(WAL.segment(segment(1, number)));
        }
        put(WAL.partial(segment(1, 7)));
        for (int number = 6; number <= 9; number++) {
            put(WAL.segment(segment(2, number)));
        }
        put(WAL.slice(segment(1, 1), 0, 1024));
        put(WAL.slice(segment(2, 8), 0, 1024));
        put(WAL.history(new TimelineId(2)));
        oldest = backupIn(2, Duration.ofDays(9));
        backupIn(4, Duration.ofDays(8));
        newest = backupIn(8, Duration.ZERO);
    }

    @Test
    void whatLiesBeforeTheOldestBackupThatIsKeptGoesInTwoRunsAfterTheBackupsHaveGone() throws Exception {
        assertThat(plan()).contains("\"walGoes\":{\"objects\":10,");
        apply(ONE, Duration.ZERO);
        assertThat(numbers()).as("backups are marked, and may be pinned still").contains("1/2", "1/4");
        apply(ONE, DAY);
        assertThat(numbers())
                .as("what nothing listed needed before goes: it was marked by the first run")
                .doesNotContain("1/1")
                .contains("1/2");
        WalExpiry.Applied third = apply(ONE, DAY.multipliedBy(2));
        assertThat(third.removed().objects()).isEqualTo(8);
        assertThat(numbers()).containsExactly("2/8", "2/9");
        assertThat(store.stat(WAL.history(new TimelineId(2)))).isPresent();
        assertThat(apply(ONE, DAY.multipliedBy(3)).removed().objects()).isZero();
    }

    @Test
    void theWalOfAPinnedBackupAndAllAfterItStays() throws Exception {
        service.getBean(Expiry.class).pin(oldest, "ann", "audit");
        for (int run = 0; run < 4; run++) {
            apply(ONE, DAY.multipliedBy(run));
        }
        assertThat(numbers()).doesNotContain("1/1").contains("1/2", "1/3", "1/4", "1/7", "2/6");
    }

    @Test
    void aWindowKeepsTheWalOfEachOfItsMoments() throws Exception {
        RetentionPolicy week = new RetentionPolicy(0, Duration.ofDays(7), 0, 0, 0);
        for (int run = 0; run < 4; run++) {
            apply(week, DAY.multipliedBy(run));
        }
        assertThat(numbers())
                .as("the window begins after the second backup, so what that needs and all since stays")
                .doesNotContain("1/1", "1/2", "1/3")
                .contains("1/4", "1/5", "2/6");
    }

    @Test
    void aMoreGenerousPolicyInBetweenWins() throws Exception {
        apply(ONE, Duration.ZERO);
        apply(ONE, DAY);
        apply(new RetentionPolicy(0, Duration.ofDays(3650), 0, 0, 0), DAY.multipliedBy(2));
        assertThat(numbers()).contains("2/8", "2/9");
        assertThat(new Catalog(store, null).list(DEMO).backups())
                .extracting(m -> m.place())
                .contains(newest);
    }

    @Test
    void withoutAGoodBackupNoWalGoes() throws Exception {
        RetentionServiceTest.empty(s3.bucket().resolve("repository/clusters/demo/1/backups"));
        List<String> before = numbers();
        for (int run = 0; run < 3; run++) {
            apply(ONE, DAY.multipliedBy(run));
        }
        assertThat(numbers()).isEqualTo(before);
    }

    @Test
    void walOfALaterLifeThanTheLastGoodBackupStays() throws Exception {
        WalPlace later = new WalPlace(DEMO, new Incarnation(2));
        new WalTerms(store)
                .declare(
                        later,
                        new WalTerm(WalTerm.FORMAT, 2, new TimelineId(3), new SystemIdentifier("7"), SIZE, 150018));
        put(later.segment(segment(3, 1)));
        for (int run = 0; run < 4; run++) {
            apply(ONE, DAY.multipliedBy(run));
        }
        assertThat(store.stat(later.segment(segment(3, 1)))).isPresent();
        assertThat(numbers()).containsExactly("2/8", "2/9");
    }

    /** Killed before each of its writes: there is never a hole, and in the end it is done. */
    @Test
    void aCrashAtAnyStepLeavesNoHole() throws Exception {
        apply(ONE, Duration.ZERO);
        apply(ONE, DAY);
        apply(ONE, DAY.plusHours(1));
        boolean died = true;
        for (int writes = 0; died; writes++) {
            died = diesAfterWrites(writes);
            List<Long> left = positions();
            assertThat(left).as("after step %d", writes).isNotEmpty();
            assertThat(left.getLast() - left.getFirst()).isEqualTo(left.size() - 1L);
        }
        assertThat(numbers()).containsExactly("2/8", "2/9");
    }

    private BackupPlace backupIn(int segment, Duration ago) throws Exception {
        startLsn = new Lsn(segment * SIZE + 0x28);
        return backup(Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(ago));
    }

    private String plan() throws Exception {
        return send("POST", "/api/v1/clusters/demo/retention/plan", "{\"full\":1}", OPERATOR)
                .body();
    }

    private WalExpiry.Applied apply(RetentionPolicy policy, Duration later) {
        return apply(store, policy, later);
    }

    private static WalExpiry.Applied apply(ObjectStore store, RetentionPolicy policy, Duration later) {
        Expiry expiry = new Expiry(store, new Catalog(store, null), later(later), GRACE);
        expiry.apply(DEMO, policy, "ann", "tests");
        return new WalExpiry(store, new WalTerms(store), expiry, later(later), GRACE)
                .apply(DEMO, policy, "ann", "tests");
    }

    private boolean diesAfterWrites(int writes) {
        AtomicInteger left = new AtomicInteger(writes);
        try (FaultyS3 faulty = new FaultyS3(s3.uri());
                ObjectStore dying = directStore(faulty.uri())) {
            dying.requireConditions();
            faulty.faults = (method, _) -> {
                boolean writing = method.equals("PUT") || method.equals("DELETE");
                return left.get() < 0 || (writing && left.decrementAndGet() < 0) ? Fault.CUT : Fault.NONE;
            };
            apply(dying, ONE, DAY.multipliedBy(3));
            return false;
        } catch (StoreUnavailable e) {
            return true;
        }
    }

    private void put(String name) {
        assertThat(store.putIfAbsent(name, new byte[100])).isTrue();
    }

    private static WalSegment segment(int timeline, int number) {
        return new WalSegment(new TimelineId(timeline), number, SIZE);
    }

    /** Of what is left, each {@code timeline/number}. */
    private List<String> numbers() {
        TreeSet<String> numbers = new TreeSet<>();
        store.list(WAL.directory(), found -> found(found.name(), numbers));
        return List.copyOf(numbers);
    }

    private static void found(String name, Set<String> numbers) {
        for (String part : name.split("/", -1)) {
            if (part.matches("[0-9A-F]{24}(\\.partial)?")) {
                WalSegment segment =
                        WalSegment.parse(part.substring(0, 24), SIZE).orElseThrow();
                numbers.add(segment.timeline() + "/" + segment.number());
            }
        }
    }

    private List<Long> positions() {
        return numbers().stream()
                .map(n -> Long.parseLong(n.substring(n.indexOf('/') + 1)))
                .distinct()
                .sorted()
                .toList();
    }
}
