package io.pgprimacy.agent.postgres;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A server to receive from, and how to log in there.
 *
 * @param slot on the upstream, that keeps WAL for this node; empty receives without one
 */
public record Upstream(String host, int port, String user, Optional<String> password, Optional<String> slot) {

    /** A libpq connection string; {@code dbname} is left out, so it serves replication connections. */
    public String conninfo(String applicationName) {
        Map<String, String> keys = keys(applicationName);
        return join(keys);
    }

    /** As {@link #conninfo}, for an ordinary connection to a database. */
    public String conninfo(String applicationName, String database) {
        Map<String, String> keys = keys(applicationName);
        keys.put("dbname", database);
        return join(keys);
    }

    private Map<String, String> keys(String applicationName) {
        Map<String, String> keys = new TreeMap<>();
        keys.put("host", host);
        keys.put("port", Integer.toString(port));
        keys.put("user", user);
        password.ifPresent(value -> keys.put("password", value));
        keys.put("application_name", applicationName);
        // A dead host must not hold the receiver for the two minutes that TCP would take.
        keys.put("connect_timeout", "2");
        return keys;
    }

    private static String join(Map<String, String> keys) {
        StringBuilder text = new StringBuilder();
        keys.forEach((key, value) -> text.append(text.isEmpty() ? "" : " ")
                .append(key)
                .append("='")
                .append(value.replace("\\", "\\\\").replace("'", "\\'"))
                .append('\''));
        return text.toString();
    }

    @Override
    public String toString() {
        // Never the password.
        return host + ":" + port + slot.map(name -> " slot " + name).orElse("");
    }
}
