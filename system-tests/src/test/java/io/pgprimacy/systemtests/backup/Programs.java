package io.pgprimacy.systemtests.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the programs of this project, and those of PostgreSQL, are called. */
final class Programs {
    private static final Path HOME =
            Path.of(System.getProperty("pgprimacy.home", "..")).toAbsolutePath().normalize();
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private Programs() {}

    static List<String> java(String module, List<String> options, String main) {
        Path target = HOME.resolve(module).resolve("target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                // Most of these programs live for seconds.
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(List.of("-cp", target + "/*:" + target + "/lib/*", main));
        return command;
    }

    /** PostgreSQL refuses to run as root, and its files must be those of the user that it runs as. */
    static List<String> asPostgres(List<String> command) {
        List<String> prefixed = new ArrayList<>(
                ROOT ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups") : List.of());
        prefixed.addAll(command);
        return prefixed;
    }
}
