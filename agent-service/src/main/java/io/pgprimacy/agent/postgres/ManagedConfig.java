package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration files. Everything that pgprimacy sets is in one file of its own, included at the end of
 * {@code postgresql.conf}; each change is durable when the method returns, and takes effect at the next reload or start.
 */
public final class ManagedConfig {
    static final String FILE = "pgprimacy.conf";

    private static final String INCLUDE = "include_if_exists = '" + FILE + "'";
    private static final Pattern SETTING = Pattern.compile("\\s*([A-Za-z_][\\w.]*)\\s*=?\\s*(.*)");
    private static final String HBA_BEGIN = "# pgprimacy: begin, do not edit";
    private static final String HBA_END = "# pgprimacy: end";

    private final InstanceSettings settings;

    public ManagedConfig(InstanceSettings settings) {
        this.settings = settings;
    }

    /**
     * Writes all managed parameters but upstream and synchronous standbys, includes the file, and takes what is managed
     * out of {@code postgresql.auto.conf}.
     *
     * @return true where a file has changed
     */
    public boolean write(Map<String, String> userParameters) {
        SortedMap<String, String> wanted = ManagedParameters.merge(settings, userParameters);
        SortedMap<String, String> current = read();
        ManagedParameters.LINK.forEach(name -> wanted.put(name, current.getOrDefault(name, "")));
        boolean changed = save(current, wanted);
        changed |= include();
        changed |= cleanAutoConf();
        return changed;
    }

    /** Where to receive from; empty receives from nowhere. */
    public boolean setUpstream(Optional<Upstream> upstream) {
        String applicationName = settings.node().value();
        return set(Map.of(
                "primary_conninfo",
                        upstream.map(u -> u.conninfo(applicationName)).orElse(""),
                "primary_slot_name", upstream.flatMap(Upstream::slot).orElse("")));
    }

    /** Receives under a name that no synchronous set contains: what arrives here lets no commit be acknowledged. */
    boolean setUpstreamThatDoesNotCount(Upstream upstream) {
        return set(Map.of(
                "primary_conninfo",
                upstream.conninfo("pgprimacy catch-up of " + settings.node()),
                "primary_slot_name",
                ""));
    }

    /** The value of {@code synchronous_standby_names}; empty is asynchronous. */
    public boolean setSynchronousStandbys(String names) {
        return set(Map.of("synchronous_standby_names", names));
    }

    /** What the managed file says now; empty where there is none. */
    public SortedMap<String, String> read() {
        SortedMap<String, String> values = new TreeMap<>();
        for (String line : lines(settings.managedFile())) {
            Matcher matcher = SETTING.matcher(line);
            if (!line.startsWith("#") && matcher.matches()) {
                values.put(matcher.group(1), unquote(matcher.group(2).strip()));
            }
        }
        return values;
    }

    /**
     * Puts these lines before all others of {@code pg_hba.conf}: the first match counts there, and a {@code reject}
     * above would keep standbys out.
     */
    public boolean writeHba(List<String> wanted) {
        StringBuilder text = new StringBuilder(HBA_BEGIN).append('\n');
        wanted.forEach(line -> text.append(line).append('\n'));
        text.append(HBA_END).append('\n');
        boolean inBlock = false;
        for (String line : lines(settings.hbaFile())) {
            inBlock |= line.equals(HBA_BEGIN);
            if (!inBlock) {
                text.append(line).append('\n');
            }
            inBlock &= !line.equals(HBA_END);
        }
        return replace(settings.hbaFile(), text.toString());
    }

    /** Before any start: PostgreSQL only ever starts as a standby (S6). */
    public void writeStandbySignal() {
        Path signal = settings.dataDirectory().resolve("standby.signal");
        try {
            if (!Files.exists(signal)) {
                DurableFile.write(signal, "");
            }
            // It would take precedence over nothing, but it makes PostgreSQL end its recovery by itself.
            DurableFile.delete(settings.dataDirectory().resolve("recovery.signal"));
        } catch (IOException e) {
            throw failure(signal, e);
        }
    }

    private boolean set(Map<String, String> changes) {
        SortedMap<String, String> current = read();
        SortedMap<String, String> wanted = new TreeMap<>(current);
        wanted.putAll(changes);
        boolean changed = save(current, wanted);
        changed |= cleanAutoConf();
        return changed;
    }

    private boolean save(SortedMap<String, String> current, SortedMap<String, String> wanted) {
        if (wanted.equals(current)) {
            return false;
        }
        StringBuilder text = new StringBuilder(
                "# Written by pgprimacy, overwritten without warning. Change the cluster's configuration instead.\n");
        wanted.forEach((name, value) ->
                text.append(name).append(" = ").append(quote(value)).append('\n'));
        return replace(settings.managedFile(), text.toString());
    }

    /** Last in the file, because the last setting of a parameter counts. */
    private boolean include() {
        List<String> lines = lines(settings.configFile());
        if (!lines.isEmpty() && lines.getLast().strip().equals(INCLUDE)) {
            return false;
        }
        StringBuilder text = new StringBuilder();
        lines.stream()
                .filter(line -> !line.strip().equals(INCLUDE))
                .forEach(line -> text.append(line).append('\n'));
        return replace(settings.configFile(), text.append(INCLUDE).append('\n').toString());
    }

    /** ALTER SYSTEM writes a file that is read after all others: it would undo the cut of the WAL receiver. */
    private boolean cleanAutoConf() {
        Path auto = settings.dataDirectory().resolve("postgresql.auto.conf");
        TreeSet<String> managed =
                new TreeSet<>(ManagedParameters.owned(settings).keySet());
        managed.addAll(ManagedParameters.LINK);
        StringBuilder kept = new StringBuilder();
        boolean found = false;
        for (String line : lines(auto)) {
            Matcher matcher = SETTING.matcher(line);
            if (!line.startsWith("#") && matcher.matches() && managed.contains(matcher.group(1))) {
                found = true;
            } else {
                kept.append(line).append('\n');
            }
        }
        return found && replace(auto, kept.toString());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static boolean replace(Path file, String text) {
        try {
            if (Files.exists(file) && Files.readString(file).equals(text)) {
                return false;
            }
            DurableFile.write(file, text);
            return true;
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static PostgresFailure failure(Path file, IOException e) {
        return new PostgresFailure(
                PostgresFailure.Reason.FILES, file + " cannot be read or written: " + e.getMessage(), e);
    }

    static String quote(String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a parameter's value cannot hold a line break: " + value);
        }
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** The inverse of {@link #quote}; the file is ours, so there is no other form in it. */
    private static String unquote(String text) {
        if (text.length() < 2 || text.charAt(0) != '\'') {
            return text;
        }
        return text.substring(1, text.length() - 1).replace("''", "'").replace("\\\\", "\\");
    }
}
