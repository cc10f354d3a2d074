package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.chaos.history.Found;
import io.pgprimacy.systemtests.chaos.history.Op;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Everybody who writes and reads during a campaign: sessions of an application, and one probe for each node. */
final class Clients implements AutoCloseable {
    private static final Duration INSERT_PERIOD = Duration.ofMillis(20);
    private static final Duration APPEND_PERIOD = Duration.ofMillis(50);
    private static final Duration PROBE_PERIOD = Duration.ofMillis(50);
    private static final Duration FETCH_BOUND = Duration.ofSeconds(30);

    private static final int APPLICATIONS = 5;

    private final Connections connections;
    private final Recorder recorder;
    private final Clock clock;
    private final Lists lists = new Lists();
    private final List<Client> all = new ArrayList<>();

    Clients(Connections connections, Recorder recorder, Clock clock) {
        this.connections = connections;
        this.recorder = recorder;
        this.clock = clock;
    }

    /** To which list sessions append at the moment; a new one begins now and then, for a long one costs more than it shows. */
    static final class Lists {
        private static final int LENGTH = 150;

        private int round = -1;
        private int appended;

        synchronized int key(int ofRound, Op.Type type) {
            if (ofRound > round) {
                round = ofRound;
                appended = 0;
            }
            if (type == Op.Type.APPEND) {
                appended++;
            }
            // One that began in the round before goes to that round's first list.
            int list = ofRound < round ? 0 : Math.min(appended / LENGTH, Statements.LISTS_PER_ROUND - 1);
            return ofRound * Statements.LISTS_PER_ROUND + list;
        }
    }

    Connections connections() {
        return connections;
    }

    Recorder recorder() {
        return recorder;
    }

    Clock clock() {
        return clock;
    }

    Lists lists() {
        return lists;
    }

    /** Makes the tables, then begins. */
    void start() throws SQLException {
        try (Connection connection = connections.asClient();
                Statement statement = connection.createStatement()) {
            for (String table : Statements.CREATE) {
                statement.execute(table);
            }
        }
        int session = 1;
        all.add(Client.application(Op.Type.INSERT, session++, INSERT_PERIOD, this));
        all.add(Client.application(Op.Type.INSERT, session++, INSERT_PERIOD, this));
        all.add(Client.application(Op.Type.APPEND, session++, APPEND_PERIOD, this));
        all.add(Client.application(Op.Type.APPEND, session++, APPEND_PERIOD, this));
        all.add(Client.application(Op.Type.READ, session++, APPEND_PERIOD, this));
        for (Node node : connections.nodes()) {
            all.add(Client.probe(node, session++, PROBE_PERIOD, this));
        }
        all.forEach(Client::start);
    }

    boolean isApplication(int session) {
        return session <= APPLICATIONS;
    }

    /** What that node holds of a round. */
    Found fetch(Node node, int round) throws SQLException {
        TreeMap<Integer, List<Integer>> inserts = new TreeMap<>();
        TreeMap<Integer, List<Integer>> found = new TreeMap<>();
        try (Connection connection = connections.asObserver(node, FETCH_BOUND);
                PreparedStatement rows = connection.prepareStatement(Statements.FOUND_INSERTS);
                PreparedStatement elements = connection.prepareStatement(Statements.FOUND_LISTS)) {
            rows.setInt(1, round);
            try (ResultSet row = rows.executeQuery()) {
                while (row.next()) {
                    inserts.computeIfAbsent(row.getInt(1), s -> new ArrayList<>())
                            .add(row.getInt(2));
                }
            }
            elements.setInt(1, round);
            try (ResultSet row = elements.executeQuery()) {
                while (row.next()) {
                    found.put(row.getInt(1), Client.elements(row.getString(2)));
                }
            }
        }
        return new Found(inserts, found);
    }

    String digest(Node node, int round) throws SQLException {
        try (Connection connection = connections.asObserver(node, FETCH_BOUND);
                PreparedStatement digest = connection.prepareStatement(Statements.DIGEST)) {
            digest.setInt(1, round);
            digest.setInt(2, round);
            try (ResultSet row = digest.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    @Override
    public void close() {
        all.forEach(Client::close);
    }
}
