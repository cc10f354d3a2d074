package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One physical slot for each other member, on standbys too: after a failover the new primary must still have what a
 * lagging member needs. Slots without our prefix are never touched.
 */
public final class ReplicationSlots implements AutoCloseable {
    private static final String PREFIX = "pgprimacy_";

    private static final String LIST =
            "select slot_name, active, restart_lsn from pg_replication_slots where slot_type = 'physical'"
                    + " and slot_name like 'pgprimacy\\_%' order by slot_name";

    private final AdminConnection connection;

    public ReplicationSlots(PostgresInstance instance) {
        this.connection = AdminConnection.of(instance.settings(), "slots");
    }

    /** @param restart from where WAL is kept; empty where it keeps none */
    public record Slot(String name, boolean active, Optional<Lsn> restart) {}

    /** Names of slots, each with what was done. */
    public record Reconciled(List<String> created, List<String> dropped, List<String> advanced) {
        public boolean isUnchanged() {
            return created.isEmpty() && dropped.isEmpty() && advanced.isEmpty();
        }
    }

    /**
     * Makes what is missing, drops what belongs to nobody and is not in use, and moves idle ones forward.
     *
     * @param confirmed what each member has certainly flushed; its slot never moves past that, and stays where it is
     *     for a member that is not named here
     */
    public Reconciled reconcile(SortedSet<NodeId> others, Map<NodeId, Lsn> confirmed, Duration bound) {
        return connection.run(bound, open -> {
            SortedMap<String, Lsn> wanted = new TreeMap<>();
            others.forEach(node -> wanted.put(node.slotName(), confirmed.getOrDefault(node, Lsn.ZERO)));
            List<Slot> present = list(open);
            return new Reconciled(
                    create(open, wanted, present), drop(open, wanted, present), advance(open, wanted, present));
        });
    }

    public List<Slot> list(Duration bound) {
        return connection.run(bound, ReplicationSlots::list);
    }

    @Override
    public void close() {
        connection.close();
    }

    private static List<Slot> list(Connection open) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(LIST)) {
            List<Slot> slots = new ArrayList<>();
            while (row.next()) {
                slots.add(new Slot(row.getString(1), row.getBoolean(2), Rows.lsn(row, 3)));
            }
            return slots;
        }
    }

    /** Reserving WAL at once: a slot that begins to keep it only at the first connection comes too late for that one. */
    private static List<String> create(Connection open, SortedMap<String, Lsn> wanted, List<Slot> present)
            throws SQLException {
        SortedSet<String> missing = new TreeSet<>(wanted.keySet());
        present.forEach(slot -> missing.remove(slot.name()));
        for (String name : missing) {
            call(open, "select pg_create_physical_replication_slot(?, true)", name);
        }
        return List.copyOf(missing);
    }

    private static List<String> drop(Connection open, SortedMap<String, Lsn> wanted, List<Slot> present)
            throws SQLException {
        List<String> dropped = new ArrayList<>();
        for (Slot slot : present) {
            if (slot.name().startsWith(PREFIX) && !wanted.containsKey(slot.name()) && !slot.active()) {
                call(open, "select pg_drop_replication_slot(?)", slot.name());
                dropped.add(slot.name());
            }
        }
        return dropped;
    }

    private static List<String> advance(Connection open, SortedMap<String, Lsn> wanted, List<Slot> present)
            throws SQLException {
        List<String> advanced = new ArrayList<>();
        for (Slot slot : present) {
            Lsn to = wanted.getOrDefault(slot.name(), Lsn.ZERO);
            // PostgreSQL itself stops at what has been replayed here.
            if (!slot.active() && slot.restart().filter(to::isAfter).isPresent()) {
                call(open, "select pg_replication_slot_advance(?, ?::pg_lsn)", slot.name(), to.toString());
                advanced.add(slot.name());
            }
        }
        return advanced;
    }

    private static void call(Connection open, String sql, String... arguments) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            statement.execute();
        }
    }
}
