package io.pgprimacy.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real JVMs, of a program of one class. */
class AotCacheTest {
    private static final Duration BOUND = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Path jars;
    private Path caches;
    private JavaProgram program;

    /** What the JVMs run. */
    static final class Greeter {
        private Greeter() {}

        public static void main(String[] arguments) {
            System.out.println("hello " + arguments[0]);
        }
    }

    @BeforeEach
    void packProgram() throws IOException {
        jars = Files.createDirectory(directory.resolve("lib"));
        caches = directory.resolve("aot");
        pack("a");
        program = new JavaProgram(jars, Greeter.class.getName(), 32);
    }

    /** By renaming, as an upgrade does, and with one time for all. */
    private void pack(String more) throws IOException {
        Path next = directory.resolve("next");
        String entry = Greeter.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(next);
                JarOutputStream jar = new JarOutputStream(file);
                InputStream bytes =
                        Objects.requireNonNull(Greeter.class.getClassLoader().getResourceAsStream(entry))) {
            jar.putNextEntry(new JarEntry(entry));
            bytes.transferTo(jar);
            jar.putNextEntry(new JarEntry("more"));
            jar.write(more.getBytes(UTF_8));
        }
        Files.setLastModifiedTime(next, FileTime.from(Instant.EPOCH));
        Files.move(next, jars.resolve("greeter.jar"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void theFirstRunRecordsAndTheNextOnesUseWhatWasMadeOfIt() throws IOException {
        AotCache cache = cache();
        assertThat(cache.using(program)).as("others do not record").isEqualTo(program);

        learn(cache);

        assertThat(names()).singleElement().asString().endsWith(".aot");
        assertThat(cameFromCache(cache.usingOrRecording(program))).isTrue();
        assertThat(cameFromCache(cache().using(program)))
                .as("in the next life of the agent")
                .isTrue();
    }

    @Test
    void oneOfOtherJarsIsNotUsedAndMadeAnew() throws IOException {
        AotCache cache = cache();
        learn(cache);
        List<String> before = names();

        pack("another one");

        assertThat(cache.using(program)).isEqualTo(program);
        learn(cache);
        assertThat(names()).hasSize(1).isNotEqualTo(before);
        assertThat(cameFromCache(cache.usingOrRecording(program))).isTrue();
    }

    @Test
    void anotherJarOfTheSameSizeAndTimeIsNoticed() throws IOException {
        AotCache cache = cache();
        learn(cache);
        long size = Files.size(jars.resolve("greeter.jar"));

        pack("b");

        assertThat(Files.size(jars.resolve("greeter.jar"))).isEqualTo(size);
        assertThat(cache.using(program)).isEqualTo(program);
    }

    @Test
    void halfOfOneIsIgnored() throws IOException {
        AotCache cache = cache();
        learn(cache);
        Path file = caches.resolve(names().getFirst());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThat(cameFromCache(cache.usingOrRecording(program))).isFalse();
    }

    @Test
    void aRunThatWasKilledLeavesNothingAndTheNextOneRecords() throws IOException {
        AotCache cache = cache();
        JavaProgram recording = cache.usingOrRecording(program);
        run(recording);

        cache.ended(program, ended(128 + 9));

        assertThat(names()).noneMatch(name -> name.endsWith(".aot"));
        assertThat(cache.usingOrRecording(program)).isEqualTo(recording);
        assertThat(names()).as("what the killed one may have left is gone").isEmpty();
    }

    @Test
    void aJvmThatBroughtItselfDownIsGivenNoCacheAgain() throws IOException {
        AotCache cache = cache();
        learn(cache);

        cache.ended(program, ended(128 + 6));

        assertThat(names()).noneMatch(name -> name.endsWith(".aot"));
        assertThat(cache.usingOrRecording(program)).isEqualTo(program);
        pack("b");
        assertThat(cache.usingOrRecording(program))
                .as("other jars are another matter")
                .isNotEqualTo(program);
    }

    @Test
    void aRecordOfWhichNoCacheCanBeMadeIsNotMadeAgain() throws IOException {
        AotCache cache = cache();
        List<String> recording = cache.usingOrRecording(program).learning();
        String prefix = "-XX:AOTConfiguration=";
        String record = recording.stream()
                .filter(flag -> flag.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
        Files.writeString(Path.of(record), "no record");

        cache.ended(program, ended(0));

        assertThat(names()).singleElement().asString().endsWith(".no");
        assertThat(cache.usingOrRecording(program)).isEqualTo(program);
    }

    @Test
    void whereNothingCanBeWrittenProgramsRunWithout() throws IOException {
        AotCache cache =
                new AotCache(Files.createFile(directory.resolve("file")).resolve("aot"), ProcessRunner.asSelf());

        assertThat(cache.usingOrRecording(program)).isEqualTo(program);
        cache.ended(program, ended(0));
    }

    private AotCache cache() {
        return new AotCache(caches, ProcessRunner.asSelf());
    }

    private void learn(AotCache cache) {
        cache.ended(program, run(cache.usingOrRecording(program)));
    }

    private static ProcessResult run(JavaProgram program) {
        ProcessResult result = ProcessRunner.asSelf().run(program.command("you"), BOUND);
        // One that records says so when it has.
        assertThat(result.output()).startsWith("hello you\n");
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result;
    }

    /** It says nothing of its own in either case. */
    private boolean cameFromCache(JavaProgram program) throws IOException {
        Path log = Files.createTempFile(directory, "classes", ".log");
        List<String> flags = new ArrayList<>(program.learning());
        flags.add("-Xlog:class+load:file=" + log);
        run(program.learning(flags));
        Optional<String> line = Files.readAllLines(log).stream()
                .filter(l -> l.contains(Greeter.class.getName()))
                .findFirst();
        return line.orElseThrow().contains("source: shared objects file");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(caches)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static ProcessResult ended(int exitCode) {
        return new ProcessResult(exitCode, false, "", "", Duration.ZERO);
    }
}
