package io.pgprimacy.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A process of the sandbox that is alive.
 *
 * @param host name of the database host, the coordinator or the broker
 * @param port empty for a guard, which listens nowhere
 * @param dataDir for PostgreSQL and Kafka
 * @param log where it, or the one that started it, writes
 */
public record RunningProcess(
        String host,
        Kind kind,
        long pid,
        Optional<Integer> port,
        Optional<String> url,
        Optional<Path> dataDir,
        Path log) {

    static List<RunningProcess> of(Sandbox sandbox) {
        Layout layout = sandbox.layout();
        Spec spec = sandbox.spec();
        ProcessTable table = ProcessTable.read();
        List<RunningProcess> all = new ArrayList<>();
        for (Unit unit : spec.units()) {
            Optional<ProcessId> running = ProcessId.running(layout.pidFile(unit));
            running.ifPresent(id -> all.add(ofUnit(layout, unit, id)));
            if (unit.kind() == Kind.AGENT) {
                ProcessId.running(Layout.guardFile(spec, unit.name()))
                        .ifPresent(id -> all.add(guard(sandbox, unit, id)));
                // Backups that have outlived their agent are no longer its children.
                Set<ProcessId> beside = new LinkedHashSet<>(layout.workers(unit.name()));
                running.ifPresent(id -> beside.addAll(table.children(id, "java")));
                beside.stream()
                        .map(id -> besideAgent(layout, unit, id, ProcessTable.runs(id, "WalMain")))
                        .forEach(all::add);
            }
        }
        for (Spec.Host host : spec.hosts()) {
            table.postmaster(layout.dataDir(host.name())).ifPresent(id -> all.add(postgres(layout, host, id)));
        }
        return all;
    }

    private static RunningProcess ofUnit(Layout layout, Unit unit, ProcessId id) {
        boolean kafka = unit.kind() == Kind.KAFKA;
        boolean keepsData = kafka || unit.kind() == Kind.S3;
        String address = unit.endpoint();
        return new RunningProcess(
                unit.name(),
                unit.kind(),
                id.pid(),
                Optional.of(unit.port()),
                Optional.of(kafka ? address : "http://" + address),
                keepsData ? Optional.of(layout.unitDir(unit).resolve("data")) : Optional.empty(),
                layout.log(unit));
    }

    private static RunningProcess guard(Sandbox sandbox, Unit unit, ProcessId id) {
        return new RunningProcess(
                unit.name(),
                Kind.GUARD,
                id.pid(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(sandbox.layout().dataDir(unit.name())),
                sandbox.spec().guardDir(unit.name()).resolve("guard.log"));
    }

    private static RunningProcess besideAgent(Layout layout, Unit unit, ProcessId id, boolean keeper) {
        return new RunningProcess(
                unit.name(),
                keeper ? Kind.KEEPER : Kind.WORKER,
                id.pid(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(layout.dataDir(unit.name())),
                layout.log(unit));
    }

    private static RunningProcess postgres(Layout layout, Spec.Host host, ProcessId id) {
        return new RunningProcess(
                host.name(),
                Kind.POSTGRES,
                id.pid(),
                Optional.of(host.postgresPort()),
                Optional.of("postgresql://postgres@" + host.postgresEndpoint() + "/postgres"),
                Optional.of(layout.dataDir(host.name())),
                layout.stateDir(host.name()).resolve("postgresql.log"));
    }
}
