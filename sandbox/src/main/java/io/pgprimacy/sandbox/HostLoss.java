package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A database host that burns down: everything on it dies at once, and its disk is gone. What the operator had configured is kept. */
public final class HostLoss {
    private final Layout layout;
    private final Spec spec;

    public HostLoss(Sandbox sandbox) {
        this.layout = sandbox.layout();
        this.spec = sandbox.spec();
    }

    /** Names of the hosts that have a disk to lose. */
    public Set<String> hosts() {
        Set<String> names = new TreeSet<>();
        spec.hosts().forEach(host -> names.add(host.name()));
        return names;
    }

    /** Returns how many processes died. */
    public int destroy(String host) {
        Unit agent = spec.unit(host).orElseThrow();
        List<ProcessId> doomed = new ArrayList<>();
        ProcessId.running(layout.pidFile(agent)).ifPresent(doomed::add);
        ProcessId.running(Layout.guardFile(spec, host)).ifPresent(doomed::add);
        doomed.addAll(layout.workers(host));
        doomed.addAll(ProcessTable.read().postgres(layout.dataDir(host)));
        Shutdown.kill(doomed);
        // What was being started in that moment.
        Shutdown.kill(ProcessTable.read().postgres(layout.dataDir(host)));
        try {
            Sandbox.deleteTree(layout.stateDir(host));
            try (DirectoryStream<Path> disks = Files.newDirectoryStream(layout.unitDir(agent), "data*")) {
                for (Path disk : disks) {
                    Sandbox.deleteTree(disk);
                }
            }
        } catch (IOException e) {
            throw new SandboxFailure(
                    "the disk of " + host + " could not be wiped: " + e.getMessage(), "try it again", e);
        }
        return doomed.size();
    }
}
