package io.pgprimacy.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An account of the operating system, under which PostgreSQL's programs run when the agent itself is root. */
public record OsUser(String name, long uid, long gid) {
    private static final Duration LOOKUP_BOUND = Duration.ofSeconds(10);

    /** Asks the name service, so that accounts from LDAP are found too; empty where there is no such account. */
    public static Optional<OsUser> find(String name) {
        ProcessResult result = ProcessRunner.asSelf().run(List.of("getent", "passwd", name), LOOKUP_BOUND);
        if (!result.succeeded()) {
            return Optional.empty();
        }
        String[] fields = result.output().strip().split(":");
        return Optional.of(new OsUser(fields[0], Long.parseLong(fields[2]), Long.parseLong(fields[3])));
    }

    /** True where this process may become any user, and must, because PostgreSQL refuses to run as root. */
    public static boolean selfIsRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
