package io.pgprimacy.cli;

import io.pgprimacy.log.LogVerifier;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code verify-log}: offline, with nothing but the file. */
@Command(
        name = "verify-log",
        description =
                "Whether an export is whole, unchanged, and tells what can have happened. Needs no coordinator. Exit code 1 where it does not.")
final class VerifyLogCommand implements Callable<Integer> {
    private final App app;

    @Parameters(index = "0", paramLabel = "FILE", description = "Made by events export.")
    Path file = Path.of("");

    @Option(
            names = "--head",
            paramLabel = "HASH",
            description = "A head of the chain that you have kept: nothing before it may have been changed since.")
    @Nullable
    String head;

    @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
    boolean json;

    VerifyLogCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        LogVerifier verifier = new LogVerifier();
        ExportFile.read(file, verifier::read);
        LogVerifier.Report report = verifier.report();
        boolean kept = head == null || verifier.holds(head.strip().toLowerCase(Locale.ROOT));
        if (json) {
            ObjectNode document = document(report);
            if (head != null) {
                document.put("holdsHead", kept);
            }
            app.print(document);
        } else {
            tell(app, report);
            if (!kept) {
                app.out()
                        .println(
                                "the head that you have kept is no link of this chain: something before it is not what it was");
            }
        }
        return (report.isSound() && kept ? ExitCode.DONE : ExitCode.FAILED).number();
    }

    static void tell(App app, LogVerifier.Report report) {
        report.findings().forEach(f -> app.out().println("line " + f.line() + ": " + f.sentence()));
        app.out()
                .println("the log of " + (report.cluster().isEmpty() ? "?" : report.cluster()) + " up to offset "
                        + report.lastOffset() + ": " + report.records() + " records, " + report.requests()
                        + " requests, " + report.decisions() + " decisions, the last one in force is "
                        + report.sequence());
        app.out().println("head of the chain: " + report.head());
        app.out()
                .println(
                        report.isSound()
                                ? "sound"
                                : "not sound: " + report.findings().size() + " findings");
    }

    static ObjectNode document(LogVerifier.Report report) {
        ObjectNode document = App.JSON.createObjectNode();
        document.put("cluster", report.cluster());
        document.put("sound", report.isSound());
        document.put("records", report.records());
        document.put("lastOffset", report.lastOffset());
        document.put("requests", report.requests());
        document.put("decisions", report.decisions());
        document.put("sequence", report.sequence());
        document.put("head", report.head());
        ArrayNode findings = document.putArray("findings");
        for (LogVerifier.Finding finding : report.findings()) {
            findings.addObject().put("line", finding.line()).put("sentence", finding.sentence());
        }
        return document;
    }
}
