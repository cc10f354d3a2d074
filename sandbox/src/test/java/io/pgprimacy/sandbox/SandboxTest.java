package io.pgprimacy.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
    @TempDir
    Path dir;

    @Test
    void whatWasChosenIsFoundAgain() throws IOException {
        Sandbox made = TestSandbox.in(dir);

        assertThat(Sandbox.open(made.layout()).orElseThrow().spec()).isEqualTo(made.spec());
        assertThat(new HashSet<>(made.spec().ports())).hasSameSizeAs(made.spec().ports());
    }

    @Test
    void foreignFilesAreNotBuiltUpon() throws IOException {
        Files.writeString(dir.resolve("thesis.tex"), "precious");

        assertThatThrownBy(() -> Sandbox.create(
                        new Layout(dir),
                        new Choice(3, 1, "fast", false, 2),
                        new Programs(dir, Path.of("java"), Path.of("bin")),
                        false))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("holds files that are not a sandbox's");
    }

    @Test
    void aDamagedSpecIsSaidInOneSentence() throws IOException {
        Layout layout = new Layout(dir);
        Files.writeString(layout.specFile(), "{ \"cluster\": ");

        assertThatThrownBy(() -> Sandbox.open(layout))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("cannot read " + layout.specFile());
    }

    @Test
    void theDirectoryIsTheOptionElseTheEnvironmentElseTheUsualOne() {
        Map<String, String> environment = Map.of(Layout.DIR_VARIABLE, "/env", "HOME", "/home/anna");
        Map<String, String> plain = Map.of("HOME", "/home/anna");

        assertThat(Layout.find(Optional.of(Path.of("/option")), environment, true)
                        .root())
                .isEqualTo(Path.of("/option"));
        assertThat(Layout.find(Optional.empty(), environment, true).root()).isEqualTo(Path.of("/env"));
        assertThat(Layout.find(Optional.empty(), plain, true).root()).isEqualTo(Path.of("/var/lib/pgprimacy-sandbox"));
        assertThat(Layout.find(Optional.empty(), plain, false).root())
                .isEqualTo(Path.of("/home/anna/.local/state/pgprimacy/sandbox"));
        assertThat(Layout.find(Optional.empty(), Map.of("XDG_STATE_HOME", "/state"), false)
                        .root())
                .isEqualTo(Path.of("/state/pgprimacy/sandbox"));
    }

    @Test
    void aClosedDirectoryAboveIsNamed() throws IOException {
        Path closed = Files.createDirectory(
                dir.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path root = closed.resolve("sandbox");

        assertThatThrownBy(() -> new PostgresUser(Optional.of("nobody")).createPassable(root))
                .hasMessageContaining("user nobody")
                .hasMessageContaining("cannot pass through " + closed);
        assertThat(root).doesNotExist();
    }

    @Test
    void wrongChoicesAreRefused() {
        assertThatThrownBy(() -> new Choice(0, 1, "fast", false, 2)).hasMessageContaining("1 to 16 nodes, not 0");
        assertThatThrownBy(() -> new Choice(3, 1, "funny", false, 2)).hasMessageContaining("no timing profile funny");
        assertThatThrownBy(() -> new Choice(1, 1, "fast", true, 2)).hasMessageContaining("--sync needs a standby");
    }
}
