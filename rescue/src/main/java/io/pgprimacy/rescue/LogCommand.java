package io.pgprimacy.rescue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.log.ExportTrailer;
import io.pgprimacy.log.LogVerifier;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "log",
        description = {
            "Joins what the bucket has of a cluster's log to one export, as 'pgprimacy events export' writes it, and verifies it.",
            "It needs no key. 'pgprimacy verify-log' and 'replay' read the file. Exit code 1 where something is missing or was changed."
        },
        mixinStandardHelpOptions = true)
final class LogCommand implements Callable<Integer> {
    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "Whose log.")
    String cluster = "";

    @Option(
            names = "--incarnation",
            paramLabel = "N",
            description = "Of which of its lives (default: the newest of which there is a log).")
    @Nullable
    Integer incarnation;

    @Parameters(paramLabel = "FILE", description = "What it is written to; must not be there.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path file;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(file)) {
            throw new RestoreRefused(file + " is there already", "name another file");
        }
        Bucket bucket = repository.open();
        List<LogPlace> places = chosen(StoredLogs.places(bucket, cluster));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        LogVerifier verifier = new LogVerifier();
        try (Writer to = Files.newBufferedWriter(part, UTF_8)) {
            join(places, bucket, line -> {
                verifier.read(line);
                to.write(line + "\n");
            });
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw new RestoreRefused(
                    String.valueOf(e.getMessage()),
                    "nothing was written; 'rescue verify' tells of everything that is damaged");
        }
        Files.move(part, file);
        return told(verifier.report());
    }

    private List<LogPlace> chosen(List<LogPlace> all) {
        Incarnation life = Optional.ofNullable(incarnation)
                .map(Incarnation::new)
                .orElseGet(
                        () -> all.isEmpty() ? new Incarnation(1) : all.getLast().incarnation());
        List<LogPlace> places =
                all.stream().filter(p -> p.incarnation().equals(life)).toList();
        if (places.isEmpty()) {
            throw new RestoreRefused(
                    "the bucket has nothing of the log of cluster " + cluster + ", incarnation " + life,
                    all.isEmpty()
                            ? "look at --bucket, --prefix and --cluster"
                            : "there is incarnation "
                                    + all.stream()
                                            .map(p -> p.incarnation().toString())
                                            .distinct()
                                            .toList());
        }
        return places;
    }

    /** Takes one line of the export. */
    @FunctionalInterface
    private interface Lines {
        void take(String line) throws IOException;
    }

    private static void join(List<LogPlace> places, Bucket bucket, Lines to) throws IOException {
        Optional<LogStretch> before = Optional.empty();
        long records = 0;
        for (LogPlace place : places) {
            LogStretch stretch = StoredLogs.read(place, before, bucket);
            for (String line : stretch.lines().split("\n")) {
                to.take(line);
            }
            records += stretch.header().records();
            before = Optional.of(stretch);
        }
        LogStretch.Header last = before.orElseThrow().header();
        to.take(new ExportTrailer(last.cluster().value(), records, last.through(), last.after()).write());
    }

    private static int told(LogVerifier.Report report) {
        report.findings().forEach(f -> System.err.println("line " + f.line() + ": " + f.sentence()));
        System.out.println(report.records() + " records through offset " + report.lastOffset() + ", "
                + report.decisions() + " decisions, head of the chain " + report.head());
        System.out.println(report.isSound() ? "sound" : "NOT SOUND");
        return report.isSound() ? 0 : 1;
    }
}
