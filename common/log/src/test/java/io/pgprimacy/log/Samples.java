package io.pgprimacy.log;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Values of every shape that an event can have, made from the types themselves: of each record so many that every variant of
 * each component occurs (each sealed alternative, each optional present and absent, each enum's first and last constant). The
 * same ones in every run, because the golden files are made of them.
 */
final class Samples {
    private static final Map<Class<?>, List<?>> BY_HAND = Map.ofEntries(
            Map.entry(String.class, List.of("some text", "with \"quotes\", a \\ and ü")),
            Map.entry(long.class, List.of(0L, 42L, Long.MAX_VALUE)),
            Map.entry(int.class, List.of(0, 7)),
            Map.entry(boolean.class, List.of(true, false)),
            Map.entry(
                    Duration.class, List.of(Duration.ofMillis(1500), Duration.ZERO, Duration.ofNanos(3_000_000_001L))),
            Map.entry(
                    Instant.class,
                    List.of(Instant.parse("2026-11-23T19:05:00Z"), Instant.parse("2026-11-23T19:05:00.123Z"))),
            Map.entry(NodeId.class, List.of(new NodeId("db-1"), new NodeId("db-2"))),
            Map.entry(ClusterId.class, List.of(new ClusterId("orders"))),
            Map.entry(Term.class, List.of(new Term(3), new Term(4))),
            Map.entry(TimelineId.class, List.of(new TimelineId(2), new TimelineId(4294967295L))),
            Map.entry(SystemIdentifier.class, List.of(new SystemIdentifier("18446744073709551615"))),
            Map.entry(Lsn.class, List.of(new Lsn(0x3000060L), new Lsn(0x16B374D848L), new Lsn(-1L))),
            Map.entry(Request.Origin.class, List.of(new Request.Origin("alice", "kernel upgrade on db-1"))),
            Map.entry(
                    SyncStandbys.class,
                    List.of(
                            new SyncStandbys(new TreeSet<>(List.of(new NodeId("db-2"), new NodeId("db-3"))), 1),
                            SyncStandbys.NONE)),
            Map.entry(ReplicationMode.Quorum.class, List.of(new ReplicationMode.Quorum(1, true))),
            Map.entry(
                    DataOrigin.class,
                    List.of(new DataOrigin(
                            new ClusterId("main"),
                            1,
                            new RestoreGoal("2026-11-23T15:50:03Z", false, Optional.of("some text"))))),
            Map.entry(Retention.class, List.of(new Retention(2, Duration.ofDays(7), 0, 0, 6))),
            Map.entry(ClusterConfig.class, configs()));

    private Samples() {}

    static List<ClusterEvent> of(Class<? extends ClusterEvent> event) {
        return values(event).stream().map(ClusterEvent.class::cast).toList();
    }

    private static List<ClusterConfig> configs() {
        ClusterConfig quorum = ClusterConfig.defaults(TimingProfile.FAST).with(c -> {
            c.replication = new ReplicationMode.Quorum(2, false);
            c.parameters = new TreeMap<>(Map.of("max_connections", "200", "shared_buffers", "1GB"));
        });
        return List.of(quorum, ClusterConfig.defaults(TimingProfile.WAN));
    }

    private static List<?> values(Type type) {
        if (type instanceof ParameterizedType p) {
            return generic(p);
        }
        Class<?> raw = (Class<?>) type;
        if (BY_HAND.containsKey(raw)) {
            return BY_HAND.get(raw);
        }
        if (raw == OptionalInt.class) {
            return List.of(OptionalInt.of(2), OptionalInt.empty());
        }
        if (raw == OptionalLong.class) {
            return List.of(OptionalLong.of(16_777_216), OptionalLong.empty());
        }
        if (raw.isEnum()) {
            Object[] constants = raw.getEnumConstants();
            return List.of(constants[0], constants[constants.length - 1]);
        }
        if (raw.isSealed()) {
            return EventTypes.leaves(raw).stream()
                    .flatMap(leaf -> values(leaf).stream())
                    .toList();
        }
        if (raw.isRecord()) {
            return records(raw);
        }
        throw new IllegalStateException("no samples of " + raw + ": say in Samples what its values are");
    }

    private static List<?> generic(ParameterizedType type) {
        List<?> elements = values(type.getActualTypeArguments()[type.getActualTypeArguments().length - 1]);
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw == Optional.class) {
            List<Object> all = new ArrayList<>();
            elements.forEach(e -> all.add(Optional.of(e)));
            all.add(Optional.empty());
            return all;
        }
        if (raw == List.class) {
            return List.of(elements, List.of());
        }
        if (raw == SortedSet.class) {
            return List.of(new TreeSet<Object>(elements), new TreeSet<>());
        }
        if (raw == SortedMap.class) {
            List<?> keys = values(type.getActualTypeArguments()[0]);
            SortedMap<Object, Object> map = new TreeMap<>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(keys.get(i), elements.get(i % elements.size()));
            }
            return List.of(map, new TreeMap<>());
        }
        throw new IllegalStateException("no samples of " + type);
    }

    /** Each component runs through its values, all at the same time: as many records as the longest has values. */
    private static List<?> records(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<List<?>> columns = Arrays.stream(components)
                .<List<?>>map(c -> values(c.getGenericType()))
                .toList();
        int rows = columns.stream().mapToInt(List::size).max().orElse(1);
        List<Object> made = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int at = row;
            made.add(make(
                    type,
                    components,
                    columns.stream().map(c -> c.get(at % c.size())).toArray()));
        }
        return made;
    }

    private static Object make(Class<?> type, RecordComponent[] components, Object[] arguments) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    type + " refuses " + Arrays.toString(arguments) + ": say in Samples what its values are",
                    e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
