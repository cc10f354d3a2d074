package io.pgprimacy.worker;

import io.pgprimacy.worker.postgres.BackupSession;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a program was told. A key that is not known is an error, because a misspelt one would silently do nothing. */
final class WorkerSettings {
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    private final Properties values;

    WorkerSettings(Properties values, Set<String> known) {
        this.values = values;
        Set<String> unknown = new TreeSet<>(values.stringPropertyNames());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("settings that are not known: " + unknown);
        }
    }

    /**
     * @param argument a properties file, or {@code -} for standard input, with whose end this process ends too; not at once where {@code agent.lock}
     *     names a file, and {@code agent.away.seconds} says for how long nobody may hold the lock on it
     */
    static WorkerSettings read(String argument, Set<String> known) throws IOException {
        if (argument.equals("-")) {
            Lifeline lifeline = new Lifeline(System.in);
            Properties values = lifeline.settings();
            Object lock = values.remove("agent.lock");
            Object seconds = values.remove("agent.away.seconds");
            WorkerSettings settings = new WorkerSettings(values, known);
            if (lock == null || seconds == null) {
                lifeline.hold();
            } else {
                lifeline.holdOrOutlive(
                        Path.of(lock.toString()),
                        Duration.ofSeconds(Long.parseLong(seconds.toString())),
                        WorkerSettings::farewell);
            }
            return settings;
        }
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(argument))) {
            values.load(reader);
        }
        return new WorkerSettings(values, known);
    }

    private static void farewell(String because) {
        WorkerProgram.say("failed", Map.of("because", because, "hint", "see why the agent is down"));
    }

    String get(String name, String otherwise) {
        return values.getProperty(name, otherwise).strip();
    }

    String required(String name) {
        String value = get(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("setting " + name + " is missing");
        }
        return value;
    }

    /** The secret itself, or the content of the file that is named. */
    String secret(String name) throws IOException {
        String here = get(name, "");
        return here.isEmpty()
                ? Files.readString(Path.of(required(name + ".file"))).strip()
                : here;
    }

    /** Of other servers where this one's user may log in as here: {@code HOST:PORT}, separated by commas. */
    List<BackupSession.Address> others(String name) {
        BackupSession.Address here = postgres();
        return Arrays.stream(get(name, "").split(","))
                .map(String::strip)
                .filter(at -> !at.isEmpty())
                .map(at -> other(name, at, here))
                .toList();
    }

    private static BackupSession.Address other(String name, String at, BackupSession.Address here) {
        int colon = at.lastIndexOf(':');
        String port = at.substring(colon + 1);
        if (colon < 1 || !PORT.matcher(port).matches()) {
            throw new IllegalArgumentException(name + " has '" + at + "', which is not HOST:PORT");
        }
        return new BackupSession.Address(at.substring(0, colon), Integer.parseInt(port), here.user(), here.password());
    }

    BackupSession.Address postgres() {
        return new BackupSession.Address(
                get("postgres.host", "127.0.0.1"),
                Integer.parseInt(get("postgres.port", "5432")),
                get("postgres.user", "postgres"),
                get("postgres.password", ""));
    }
}
