package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists the backups in the bucket.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "%-16s %4s  %-25s %-12s %-8s %-24s %-14s %12s %12s%n";

    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Option(names = "--cluster", paramLabel = "NAME", description = "Of this cluster only.")
    String cluster = "";

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        Backups backups = Backups.in(repository.open(), cluster);
        if (json) {
            System.out.println(Json.indented().writeValueAsString(backups));
        } else {
            System.out.printf(
                    ROW, "CLUSTER", "INC", "BACKUP", "TYPE", "NODE", "STOPPED", "STOP LSN", "BYTES", "STORED");
            backups.manifests()
                    .forEach(m -> System.out.printf(
                            ROW,
                            m.cluster(),
                            m.incarnation(),
                            m.id(),
                            m.type().name().toLowerCase(Locale.ROOT),
                            m.node(),
                            m.stop().time(),
                            m.stop().lsn(),
                            m.totals().bytes(),
                            m.totals().stored()));
        }
        backups.unreadable().forEach(what -> System.err.println("warning: " + what));
        return backups.unreadable().isEmpty() ? 0 : 1;
    }
}
