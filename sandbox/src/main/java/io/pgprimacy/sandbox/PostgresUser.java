package io.pgprimacy.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who runs PostgreSQL, which refuses to run as root.
 *
 * @param name empty where it is the very user who runs the sandbox
 */
record PostgresUser(Optional<String> name) {
    private static final List<String> CANDIDATES = List.of("postgres", "nobody");

    static PostgresUser choose(boolean root) {
        if (!root) {
            return new PostgresUser(Optional.empty());
        }
        return CANDIDATES.stream()
                .filter(PostgresUser::exists)
                .findFirst()
                .map(name -> new PostgresUser(Optional.of(name)))
                .orElseThrow(() -> new SandboxFailure(
                        "PostgreSQL does not run as root, and this system has no user postgres",
                        "create one: useradd --system postgres"));
    }

    private static boolean exists(String name) {
        try {
            lookup(name);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UserPrincipal lookup(String name) throws IOException {
        return Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    }

    /**
     * Creates the sandbox's directory and lets PostgreSQL's user pass through what was created, whatever the umask.
     * Refuses, before anything is created, where a directory above is closed: that is not ours to open.
     */
    void createPassable(Path root) throws IOException {
        List<Path> created = new ArrayList<>();
        Path existing = root;
        while (existing != null && !Files.exists(existing)) {
            created.add(existing);
            existing = existing.getParent();
        }
        for (Path dir = created.isEmpty() ? root.getParent() : existing; dir != null; dir = dir.getParent()) {
            requirePassable(dir);
        }
        Files.createDirectories(root);
        open(root);
        for (Path dir : created) {
            open(dir);
        }
    }

    private void requirePassable(Path dir) throws IOException {
        if (name.isPresent() && !Files.getPosixFilePermissions(dir).contains(PosixFilePermission.OTHERS_EXECUTE)) {
            throw new SandboxFailure(
                    "user " + name.get() + ", who runs PostgreSQL here, cannot pass through " + dir,
                    "choose another --dir, or let it through: chmod o+x " + dir);
        }
    }

    private void open(Path dir) throws IOException {
        if (name.isEmpty()) {
            return;
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(dir));
        permissions.add(PosixFilePermission.GROUP_EXECUTE);
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        Files.setPosixFilePermissions(dir, permissions);
    }
}
