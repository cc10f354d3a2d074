package io.pgprimacy.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a JVM has learned of programs that live for seconds: their classes, found and linked, and which methods are worth compiling (HotSpot's AOT
 * cache, JEP 483 and 515). A run that finds none records; after its end a further JVM makes the cache of the record, for all runs that follow.
 *
 * <p>It is named by the content of the jars, the JVM and the flags that it belongs to, so one of others is not found. It gets its name last, when it is
 * on the disk: half of one is never used. Nothing depends on it: whatever is in the way, programs run without.
 */
public final class AotCache {
    private static final Logger LOG = LoggerFactory.getLogger(AotCache.class);
    /** A record and a cache take some 40 MB each; where there is so little space left, it is needed for something else. */
    static final long SCARCE_BYTES = 1L << 30;

    private static final Duration MAKING_BOUND = Duration.ofMinutes(5);
    private static final int NAME_BYTES = 8;
    /** Of a process that ended by a signal the exit code is its number and this. Two of them are sent by others, the rest comes from within. */
    private static final int SIGNALLED = 128;

    private static final int KILLED = SIGNALLED + 9;
    private static final int TERMINATED = SIGNALLED + 15;
    private static final List<String> OF_EVERY_JVM = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private final Path directory;
    private final ProcessRunner runner;
    private final AtomicBoolean making = new AtomicBoolean();

    /**
     * @param directory this one's alone; made where it is missing
     * @param runner as the user that the programs run as, who alone can read what is in it
     */
    public AotCache(Path directory, ProcessRunner runner) {
        this.directory = directory.toAbsolutePath().normalize();
        this.runner = runner;
    }

    /** A program that uses what is there, and does nothing for it where there is nothing. */
    public JavaProgram using(JavaProgram program) {
        try {
            return Files.isDirectory(directory) ? using(program, place(program)) : program;
        } catch (IOException e) {
            LOG.debug("whether there is a cache for {} cannot be seen", program.mainClass(), e);
            return program;
        }
    }

    /** Likewise, and records where there is nothing; to be followed by {@link #ended} of the same program. */
    public JavaProgram usingOrRecording(JavaProgram program) {
        try {
            if (making.get() || contradicted()) {
                return program;
            }
            prepare();
            Place place = place(program);
            JavaProgram using = using(program, place);
            if (!using.learning().isEmpty() || Files.exists(place.refusal()) || isScarce()) {
                return using;
            }
            clear();
            return program.learning(flags("-XX:AOTMode=record", "-XX:AOTConfiguration=" + place.record()));
        } catch (IOException e) {
            LOG.info(
                    "{} runs without an AOT cache: none can be made in {}: {}",
                    program.mainClass(),
                    directory,
                    e.toString());
            return program;
        }
    }

    /**
     * Makes the cache if that run has recorded; takes seconds. A JVM that brought itself down may have done so by what it had learned or was
     * recording: not again with these jars, this JVM and these flags.
     */
    public void ended(JavaProgram program, ProcessResult how) {
        if (!Files.isDirectory(directory) || !making.compareAndSet(false, true)) {
            return;
        }
        try {
            Place place = place(program);
            if (how.exitCode() > SIGNALLED && how.exitCode() != KILLED && how.exitCode() != TERMINATED) {
                refuse(program, place, "it ended with exit code " + how.exitCode());
            } else if (how.exitCode() == 0 && Files.isRegularFile(place.record())) {
                make(program, place);
            }
        } catch (IOException | RuntimeException e) {
            LOG.info("no AOT cache of {} was made: {}", program.mainClass(), e.toString());
        } finally {
            making.set(false);
        }
    }

    /** A JVM does not even start with flags that contradict each other. */
    private static boolean contradicted() {
        return OF_EVERY_JVM.stream().anyMatch(name -> System.getenv(name) != null);
    }

    private boolean isScarce() throws IOException {
        return Files.getFileStore(directory).getUsableSpace() < SCARCE_BYTES;
    }

    private void prepare() throws IOException {
        if (Files.exists(directory)) {
            return;
        }
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (runner.user().isPresent()) {
            OsUser owner = runner.user().get();
            DurableFile.give(directory, owner.uid(), owner.gid());
        }
    }

    private static JavaProgram using(JavaProgram program, Place place) {
        return Files.isRegularFile(place.cache()) ? program.learning(flags("-XX:AOTCache=" + place.cache())) : program;
    }

    private void make(JavaProgram program, Place place) throws IOException {
        JavaProgram maker = program.learning(flags(
                "-XX:AOTMode=create", "-XX:AOTConfiguration=" + place.record(), "-XX:AOTCache=" + place.unnamed()));
        // It goes on where this process ends meanwhile, so it is that one which gives the name.
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "new=$1; shift; \"$@\" && sync \"$new\" && mv -f \"$new\" \"$0\"",
                place.cache().toString(),
                place.unnamed().toString()));
        command.addAll(maker.jvm());
        ProcessResult made = runner.run(command, MAKING_BOUND);
        if (made.succeeded() && Files.isRegularFile(place.cache())) {
            LOG.info(
                    "made an AOT cache of {} in {} ms: {} bytes",
                    program.mainClass(),
                    made.took().toMillis(),
                    Files.size(place.cache()));
            Files.deleteIfExists(place.record());
        } else {
            refuse(program, place, made.complaint());
        }
    }

    private void refuse(JavaProgram program, Place place, String why) throws IOException {
        LOG.warn("{} runs without an AOT cache from now on: {}", program.mainClass(), why);
        clear();
        Files.createFile(place.refusal());
    }

    private void clear() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** What there may be for some jars, one JVM and its flags; the names tell which. */
    private record Place(Path directory, String name) {
        Path cache() {
            return directory.resolve(name + ".aot");
        }

        Path record() {
            return directory.resolve(name + ".conf");
        }

        Path unnamed() {
            return directory.resolve(name + ".new");
        }

        Path refusal() {
            return directory.resolve(name + ".no");
        }
    }

    /**
     * JDK 25 does not look at the class path of a cache that was made of a record (25.0.3): with other jars it would go on running the old classes. So
     * the name must tell any two jars apart; size and time do not, in an image whose files all have one time.
     */
    private Place place(JavaProgram program) throws IOException {
        SortedSet<String> parts = new TreeSet<>(JavaProgram.COMPILERS);
        Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
        parts.add(System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        parts.add(modules + " " + Files.size(modules) + " " + Files.getLastModifiedTime(modules));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(program.jars(), "*.jar")) {
            for (Path jar : jars) {
                parts.add(jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar));
                contentOf(jar).forEach(entry -> parts.add(jar + " " + entry));
            }
        }
        return new Place(directory, HexFormat.of().formatHex(digest(String.join("\n", parts)), 0, NAME_BYTES));
    }

    /** By its table of contents, in which each entry has a checksum. */
    private static List<String> contentOf(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(entry -> entry.getName() + " " + entry.getCrc())
                    .toList();
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What does not fit is no news, and the output is the program's. */
    private static List<String> flags(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.addAll(List.of("-Xlog:cds*=off", "-Xlog:aot*=off"));
        return List.copyOf(all);
    }
}
