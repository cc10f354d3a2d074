package io.pgprimacy.cli;

import io.pgprimacy.sandbox.Layout;
import io.pgprimacy.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a person can try in a sandbox that has come up. */
final class NextSteps {
    private NextSteps() {}

    /** @param usualDir where the commands look for a sandbox that they are not told about */
    static List<String> of(Sandbox sandbox, Path usualDir, String dsn, ClusterView view) {
        String primary = view.primary().orElse("pg1");
        String postmaster = sandbox.layout().dataDir(primary) + "/postmaster.pid";
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("try next:");
        if (!sandbox.layout().root().equals(usualDir)) {
            lines.add("  export " + Layout.DIR_VARIABLE + "=" + sandbox.layout().root());
        }
        lines.add("  psql '" + dsn + "'");
        lines.add("  open " + sandbox.spec().coordinatorUrls().getFirst()
                + "/ in a browser; to change something there: who asks is" + " operator, the token is in "
                + sandbox.layout().operator());
        lines.add("  ./pgprimacy list");
        lines.add("  ./pgprimacy switchover --reason 'to see it move' --yes");
        lines.add("  kill -9 $(head -1 " + postmaster + ")   # the primary's PostgreSQL dies");
        lines.add("  ./pgprimacy explain last");
        if (sandbox.spec().storage().isPresent()) {
            lines.add("  ./pgprimacy backup && ./pgprimacy backups");
            lines.add("  ./pgprimacy sandbox add-cluster copy && ./pgprimacy clone copy --from "
                    + sandbox.spec().cluster() + " --reason 'to see it' --yes");
        }
        lines.add("  ./pgprimacy sandbox down");
        if (sandbox.spec().automaticFailovers() > 2) {
            lines.add("");
            lines.add("note: up to " + sandbox.spec().automaticFailovers()
                    + " automatic failovers per 30 minutes here, because things are broken on purpose;");
            lines.add("      a real cluster stops after 2 and asks for a person");
        }
        return lines;
    }
}
