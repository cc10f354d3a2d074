package io.pgprimacy.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a sandbox keeps what. The script {@code pgprimacy} knows {@link #unitDir} and the default directory, too. */
public record Layout(Path root) {
    /** Environment variable that names the directory of the sandbox; the option {@code --dir} goes before it. */
    public static final String DIR_VARIABLE = "PGPRIMACY_SANDBOX_DIR";

    /** The option, else the environment, else the default. */
    public static Layout find(Optional<Path> option, Map<String, String> environment, boolean root) {
        Path dir = option.orElseGet(() -> fromEnvironment(environment, root));
        return new Layout(dir.toAbsolutePath().normalize());
    }

    private static Path fromEnvironment(Map<String, String> environment, boolean root) {
        String named = environment.getOrDefault(DIR_VARIABLE, "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        if (root) {
            // PostgreSQL runs as another user then, which could not pass through root's home.
            return Path.of("/var/lib/pgprimacy-sandbox");
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base =
                state.isBlank() ? Path.of(environment.getOrDefault("HOME", "/tmp"), ".local", "state") : Path.of(state);
        return base.resolve("pgprimacy").resolve("sandbox");
    }

    public boolean exists() {
        return Files.isRegularFile(specFile());
    }

    public Path specFile() {
        return root.resolve("sandbox.json");
    }

    /** What the agents of a cluster sign their messages to each other with. */
    Path peersSecret(String cluster) {
        return ofCluster("peers", cluster, ".secret");
    }

    /** Who may ask agents and coordinators for changes: one operator, whose token is in {@link #operator}. */
    Path operators() {
        return root.resolve("operators");
    }

    /** What the command line shows to the coordinators. */
    public Path operator() {
        return root.resolve("operator");
    }

    /** The master key that seals the backups. */
    Path masterKeys() {
        return root.resolve("master.keys");
    }

    /** What the agents of a cluster show to the storage service. */
    Path storageToken(String cluster) {
        return ofCluster("storage", cluster, ".token");
    }

    private Path ofCluster(String what, String cluster, String ending) {
        return root.resolve(what + (cluster.equals(Sandbox.CLUSTER) ? "" : "-" + cluster) + ending);
    }

    /** What the coordinators show to the storage service where they ask it for what only operators may. */
    Path operatorToken() {
        return root.resolve("operator.token");
    }

    /** The secret key of the object store, which has one account: {@link StorageLaunch#S3_ACCESS_KEY}. */
    Path s3Secret() {
        return root.resolve("s3.secret");
    }

    /** Copies of the programs, so that a build beneath a running sandbox does not change them. */
    public Path jars(Kind kind) {
        return root.resolve("jars").resolve(kind.label());
    }

    /** The directory of one unit: a database host, a coordinator or a broker. Holds its start script, pid and logs. */
    public Path unitDir(Unit unit) {
        return unit.kind() == Kind.AGENT ? root.resolve("hosts").resolve(unit.name()) : root.resolve(unit.name());
    }

    public Path startScript(Unit unit) {
        return unitDir(unit).resolve("start");
    }

    public Path pidFile(Unit unit) {
        return unitDir(unit).resolve("pid");
    }

    public Path log(Unit unit) {
        return unitDir(unit).resolve(unit.kind().label() + ".log");
    }

    private Path host(String name) {
        return root.resolve("hosts").resolve(name);
    }

    public Path dataDir(String host) {
        return host(host).resolve("data");
    }

    /** What the agent must remember, and PostgreSQL's log. */
    public Path stateDir(String host) {
        return host(host).resolve("state");
    }

    /** Backups on a host, which go on for a while without their agent. */
    List<ProcessId> workers(String host) {
        List<ProcessId> running = new ArrayList<>();
        try (DirectoryStream<Path> works =
                Files.newDirectoryStream(stateDir(host).resolve("work"), "backup-*")) {
            works.forEach(work -> ProcessId.running(work.resolve("process")).ifPresent(running::add));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return running;
    }

    /** Written by the guard: its pid, its start time and the id of the machine's boot. */
    static Path guardFile(Spec spec, String host) {
        return spec.guardDir(host).resolve("guard");
    }
}
