package io.pgprimacy.systemtests.backup;

import io.pgprimacy.systemtests.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What lies in a bucket, as {@code rescue} sees it: with the bucket's keys and the master key, and nothing else. */
abstract class RepositoryUnderTest {
    public static final Duration BOUND = Duration.ofMinutes(3);

    public static final String ACCESS_KEY = "access";
    public static final String SECRET_KEY = "secret-of-the-test";

    /** Of everything that belongs to the test. */
    public final Path directory;

    RepositoryUnderTest(Path directory) {
        this.directory = directory;
    }

    /** Of the S3 endpoint. */
    abstract String endpoint();

    /** For the worker's programs and rescue. */
    abstract List<String> workerOptions();

    /** As the bucket's names say. */
    String storedUpTo(int timeline) {
        JsonNode coverage = null;
        for (JsonNode each : wal().get("timelines")) {
            coverage = each.get("timeline").asInt() == timeline ? each.get("coverage") : coverage;
        }
        return coverage == null
                ? "0/0"
                : coverage.get(coverage.size() - 1).get("end").asString();
    }

    public JsonNode wal() {
        return JsonMapper.shared()
                .readTree(rescue("wal", "--json", "--cluster", "demo", "--endpoint", endpoint(), "--bucket", "backups")
                        .out());
    }

    public Command.Result restore(Path target, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "restore",
                "--cluster",
                "demo",
                "--target",
                target.toString(),
                "--master-keys",
                directory.resolve("master.keys").toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--endpoint", endpoint(), "--bucket", "backups"));
        return rescue(arguments.toArray(String[]::new));
    }

    /** {@code rescue dump …} of the cluster, with whatever opens it. */
    Command.Result rescueDump(String verb, String... options) {
        List<String> arguments = new ArrayList<>(List.of("dump", verb));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--cluster", "demo", "--endpoint", endpoint(), "--bucket", "backups"));
        if (verb.equals("restore")) {
            arguments.addAll(
                    List.of("--master-keys", directory.resolve("master.keys").toString()));
        }
        return rescue(arguments.toArray(String[]::new));
    }

    public Command.Result list() {
        return rescue("list", "--json", "--endpoint", endpoint(), "--bucket", "backups");
    }

    /** Hashes everything that is stored; decrypts it too where the options name the master keys. */
    Command.Result verify(String... options) {
        List<String> arguments = new ArrayList<>(List.of("verify", "--cluster", "demo"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--endpoint", endpoint(), "--bucket", "backups"));
        return rescue(arguments.toArray(String[]::new));
    }

    Command.Result rotateKey(Path masterKeys) {
        return rescue(
                "rotate-key",
                "--remove-others",
                "--master-keys",
                masterKeys.toString(),
                "--endpoint",
                endpoint(),
                "--bucket",
                "backups");
    }

    public Command.Result rescue(String... arguments) {
        return rescue(workerOptions(), ACCESS_KEY, SECRET_KEY, arguments);
    }

    static Command.Result rescueWith(String accessKey, String secretKey, String... arguments) {
        return rescue(List.of(), accessKey, secretKey, arguments);
    }

    /** As the user that PostgreSQL runs as. */
    private static Command.Result rescue(
            List<String> javaOptions, String accessKey, String secretKey, String... arguments) {
        List<String> options = new ArrayList<>(List.of("-Xmx256m"));
        options.addAll(javaOptions);
        List<String> command = new ArrayList<>(Programs.java("rescue", options, "io.pgprimacy.rescue.RescueMain"));
        command.addAll(List.of(arguments));
        return Command.run(
                BOUND,
                Map.of("PGPRIMACY_S3_ACCESS_KEY", accessKey, "PGPRIMACY_S3_SECRET_KEY", secretKey),
                Path.of("/"),
                Programs.asPostgres(command));
    }
}
