package io.pgprimacy.worker.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the configuration files of a copied directory say about the place of the original among others: where it archives, whom it follows, who waits for
 * whom. A copy that kept it would archive over the original's backups by other means, or follow its primary. What pgprimacy itself had written there is
 * replaced by the agent; this is what people had.
 */
final class Leftovers {
    private static final List<String> FILES = List.of("postgresql.conf", "postgresql.auto.conf");
    private static final String NOTE = "# of the cluster that this is a copy of: ";
    private static final Pattern SETTING = Pattern.compile("\\s*([A-Za-z_]\\w*)\\s*[=\\s].*");
    private static final Set<String> NAMES = Set.of(
            "archive_mode",
            "archive_command",
            "archive_library",
            "archive_cleanup_command",
            "restore_command",
            "recovery_end_command",
            "primary_conninfo",
            "primary_slot_name",
            "promote_trigger_file",
            "synchronous_standby_names",
            "synchronized_standby_slots",
            "cluster_name",
            "external_pid_file");

    private final Path data;

    Leftovers(Path data) {
        this.data = data;
    }

    void remove() throws IOException {
        for (String name : FILES) {
            Path file = data.resolve(name);
            if (Files.isRegularFile(file)) {
                remove(file);
            }
        }
    }

    private static void remove(Path file) throws IOException {
        List<String> kept = new ArrayList<>();
        boolean changed = false;
        for (String line : Files.readAllLines(file)) {
            boolean leftover = isLeftover(line);
            changed |= leftover;
            kept.add(leftover ? NOTE + line.strip() : line);
        }
        if (changed) {
            Durable.write(file, (String.join("\n", kept) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static boolean isLeftover(String line) {
        Matcher setting = SETTING.matcher(line);
        if (!setting.matches()) {
            return false;
        }
        String name = setting.group(1).toLowerCase(Locale.ROOT);
        return NAMES.contains(name) || name.startsWith("recovery_target");
    }
}
