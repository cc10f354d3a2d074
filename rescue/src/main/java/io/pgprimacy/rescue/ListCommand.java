package io.pgprimacy.rescue;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "Lists the backups in the bucket.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "%-16s %4s  %-25s %-12s %-8s %-24s %-14s %12s %12s%n";

    @Mixin
    ListOptions options = new ListOptions();

    @Override
    public Integer call() throws IOException {
        Backups backups = Backups.in(options.bucket(), options.cluster);
        return options.print(backups, backups.unreadable(), () -> {
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
        });
    }
}
