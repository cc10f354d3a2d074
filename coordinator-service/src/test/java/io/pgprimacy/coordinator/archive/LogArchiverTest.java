package io.pgprimacy.coordinator.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.coordinator.runtime.Clocks;
import io.pgprimacy.coordinator.runtime.FakeFleet;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.EventCodec;
import io.pgprimacy.log.EventTypes;
import io.pgprimacy.log.ExportLine;
import io.pgprimacy.log.ExportTrailer;
import io.pgprimacy.log.LogVerifier;
import io.pgprimacy.log.RecordChain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The archiver over a real fleet in memory: what it stores, and what an export of that is. */
class LogArchiverTest {
    private static final ClusterId MAIN = FakeFleet.MAIN;
    private static final long EPOCH = 1_790_000_000_000L;
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final EventCodec CODEC = new EventCodec();

    private FakeFleet fleet = new FakeFleet();
    private final MemoryStore store = new MemoryStore();
    private final List<LogRecord> topic = new ArrayList<>();
    private boolean brokersAreAway;
    private int reads;

    @BeforeEach
    void begin() {
        fleet.withMain();
    }

    @Test
    void records_are_stored_when_the_oldest_is_old_enough_and_an_export_of_them_is_sound() throws Exception {
        LogArchiver archiver = archiver(1000);
        archiver.round();
        assertThat(store.lives).isEmpty();
        assertThat(archiver.age(MAIN)).isBetween(3.0, 10.0);

        pass(EVERY);
        archiver.round();

        assertThat(archiver.age(MAIN)).isZero();
        assertThat(export()).isEqualTo(expected());
        LogVerifier verifier = new LogVerifier();
        export().forEach(verifier::read);
        assertThat(verifier.report().findings()).isEmpty();
    }

    @Test
    void a_quiet_cluster_gets_no_more_objects_and_its_topic_is_not_read() throws Exception {
        LogArchiver archiver = archiver(1000);
        pass(EVERY);
        archiver.round();
        int before = reads;

        pass(EVERY.multipliedBy(3));
        archiver.round();

        assertThat(store.lives.get(1)).hasSize(1);
        assertThat(reads).isEqualTo(before);
        assertThat(archiver.age(MAIN)).isZero();
    }

    @Test
    void many_records_are_cut_into_stretches_that_join_without_a_gap() throws Exception {
        LogArchiver archiver = archiver(3);
        archiver.round();
        fleet.failOverToC();
        archiver.round();

        assertThat(store.lives.get(1)).hasSizeGreaterThan(4);
        assertThat(expected()).containsAll(export().subList(0, export().size() - 1));
        // The last decision, that a is suspended, is made a minute after its silence began.
        pass(EVERY.multipliedBy(3));
        archiver.round();
        assertThat(export()).isEqualTo(expected());
    }

    @Test
    void another_coordinator_goes_on_where_the_store_ends() throws Exception {
        pass(EVERY);
        archiver(1000).round();
        fleet.failOverToC();
        pass(EVERY);

        archiver(1000).round();

        assertThat(store.lives.get(1)).hasSize(2);
        assertThat(export()).isEqualTo(expected());
    }

    @Test
    void two_that_cut_differently_store_one_truth() throws Exception {
        LogArchiver one = archiver(1000);
        LogArchiver other = archiver(5);
        other.round();
        long early = store.lives.get(1).size();
        one.round();
        fleet.failOverToC();
        other.round();
        pass(EVERY);
        // It takes the end to be where it was, and is refused where another's stretch lies.
        one.round();
        pass(LogArchiver.AGAIN_AFTER.plus(EVERY));
        one.round();

        assertThat(store.lives.get(1).size()).isGreaterThan((int) early);
        assertThat(export()).isEqualTo(expected());
    }

    @Test
    void while_the_store_is_away_it_is_not_asked_all_the_time_and_nothing_is_left_out() throws Exception {
        LogArchiver archiver = archiver(1000);
        store.away = true;
        archiver.round();
        int asked = store.asked;
        archiver.round();
        assertThat(store.asked).isEqualTo(asked);
        pass(EVERY);
        assertThat(archiver.age(MAIN)).isGreaterThanOrEqualTo(60);

        store.away = false;
        archiver.round();

        assertThat(export()).isEqualTo(expected());
        assertThat(archiver.age(MAIN)).isZero();
    }

    @Test
    void brokers_that_do_not_give_the_log_are_asked_again() throws Exception {
        LogArchiver archiver = archiver(1000);
        pass(EVERY);
        brokersAreAway = true;
        archiver.round();
        assertThat(store.lives).isEmpty();

        brokersAreAway = false;
        pass(LogArchiver.AGAIN_AFTER);
        archiver.round();

        assertThat(export()).isEqualTo(expected());
    }

    @Test
    void a_log_that_is_not_the_stored_one_is_not_appended_to_it() throws Exception {
        pass(EVERY);
        archiver(1000).round();
        List<String> kept = export();

        // Another log of the same incarnation: an hour later, and so with other times in it.
        fleet = new FakeFleet();
        fleet.pass(3_000);
        fleet.withMain();
        LogArchiver archiver = archiver(1000);
        pass(EVERY.multipliedBy(5));
        archiver.round();
        pass(EVERY.multipliedBy(5));
        archiver.round();

        assertThat(export()).isEqualTo(kept);
        assertThat(archiver.age(MAIN)).isGreaterThanOrEqualTo(300);
    }

    @Test
    void a_log_that_was_cut_back_is_not_appended_to_the_longer_one() throws Exception {
        fleet.failOverToC();
        pass(EVERY);
        archiver(1000).round();
        List<String> kept = export();
        topic.addAll(fleet.logs.records(MAIN).subList(0, 5));

        LogArchiver archiver = archiver(1000);
        archiver.round();
        pass(EVERY);

        assertThat(export()).isEqualTo(kept);
        assertThat(archiver.age(MAIN)).isGreaterThanOrEqualTo(60);
    }

    @Test
    void a_missing_stretch_is_named_by_its_offsets() throws Exception {
        storeInPieces();
        SortedMap<Long, String> stretches = store.lives.get(1);
        long gone = new ArrayList<>(stretches.keySet()).get(1);
        long following = new ArrayList<>(stretches.keySet()).get(2);
        stretches.remove(gone);

        assertThatThrownBy(this::export)
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessage("offsets " + gone + " to " + (following - 1) + " of the stored log are missing");
    }

    @Test
    void who_changes_a_record_and_the_hash_with_it_breaks_the_chain() throws Exception {
        storeInPieces();
        LogPlace place = new LogPlace(MAIN, Incarnation.FIRST, 0);
        LogStretch first = LogStretch.parse(place, store.stretch(place));
        LogStretch.Header header = first.header();
        String changed = first.lines().replace("a new cluster", "an old cluster");
        assertThat(changed).isNotEqualTo(first.lines());
        store.lives
                .get(1)
                .put(
                        0L,
                        LogStretch.of(
                                        place,
                                        header.through(),
                                        header.records(),
                                        header.before(),
                                        header.after(),
                                        changed)
                                .text());

        assertThatThrownBy(this::export)
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("was changed: offset 0 does not fit");
    }

    @Test
    void a_stretch_of_another_chain_does_not_follow() throws Exception {
        storeInPieces();
        long second = new ArrayList<>(store.lives.get(1).keySet()).get(1);
        LogPlace place = new LogPlace(MAIN, Incarnation.FIRST, second);
        LogStretch found = LogStretch.parse(place, store.stretch(place));
        LogStretch.Header header = found.header();
        store.lives
                .get(1)
                .put(
                        second,
                        LogStretch.of(
                                        place,
                                        header.through(),
                                        header.records(),
                                        "f".repeat(64),
                                        header.after(),
                                        found.lines())
                                .text());

        assertThatThrownBy(this::export)
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("does not follow the stretch before it");
    }

    @Test
    void a_log_that_is_not_stored_is_named() throws Exception {
        assertThatThrownBy(this::export)
                .isInstanceOf(ArchivedLog.Missing.class)
                .hasMessage("nothing is stored of the log of cluster main");
        storeInPieces();
        assertThatThrownBy(() -> new ArchivedLog(store).read(MAIN, Optional.of(new Incarnation(7)), line -> {}))
                .isInstanceOf(ArchivedLog.Missing.class)
                .hasMessageContaining("of incarnation 7 of cluster main; there is: 1");
    }

    private void storeInPieces() {
        LogArchiver archiver = archiver(3);
        archiver.round();
    }

    private void pass(Duration time) {
        fleet.pass(time.toMillis());
    }

    private LogArchiver archiver(int records) {
        FakeFleet of = fleet;
        return new LogArchiver(
                of.runtime,
                store,
                this::read,
                new Clocks(of::now, () -> EPOCH + of.now().toMillis()),
                new LogArchiver.Pace(EVERY, records));
    }

    private long read(ClusterId cluster, long from, Predicate<ExportLine> records) throws LogSource.Unreadable {
        reads++;
        if (brokersAreAway) {
            throw new LogSource.Unreadable("the brokers are away", new IllegalStateException());
        }
        List<LogRecord> held = topic.isEmpty() ? fleet.logs.records(cluster) : topic;
        var _ = held.stream()
                .filter(r -> r.offset() >= from)
                .map(LogArchiverTest::line)
                .allMatch(records);
        return held.size();
    }

    private List<String> export() throws Exception {
        List<String> lines = new ArrayList<>();
        new ArchivedLog(store).read(MAIN, Optional.empty(), lines::add);
        return lines;
    }

    /** As an export of the topic, but for heartbeats and what it says in its last line. */
    private List<String> expected() {
        RecordChain chain = new RecordChain();
        List<String> lines = new ArrayList<>();
        long through = -1;
        for (LogRecord record : fleet.logs.records(MAIN)) {
            ExportLine line = line(record);
            if (!line.isHeartbeat()) {
                lines.add(line.withChain(chain.next(line)).write());
                through = record.offset();
            }
        }
        lines.add(new ExportTrailer("main", lines.size(), through, chain.head()).write());
        return lines;
    }

    private static ExportLine line(LogRecord record) {
        return new ExportLine(
                MAIN.value(),
                record.offset(),
                RecordKey.of(record.id(), record.event()),
                record.id(),
                record.writer(),
                EventTypes.nameOf(record.event().getClass()),
                Instant.ofEpochMilli(record.writtenAtMillis()).toString(),
                Optional.empty(),
                JsonMapper.shared().readTree(CODEC.body(record.event())),
                false);
    }
}
