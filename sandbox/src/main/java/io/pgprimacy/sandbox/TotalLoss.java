package io.pgprimacy.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Everything but the object store and the storage service is lost: every database host, every coordinator, and Kafka with the cluster's log. */
public final class TotalLoss {
    private final Sandbox sandbox;

    public TotalLoss(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Returns what must be started again, empty as it is then; in the order in which they depend on one another. */
    public List<Unit> destroy() {
        Spec spec = sandbox.spec();
        Layout layout = sandbox.layout();
        HostLoss hosts = new HostLoss(sandbox);
        hosts.hosts().forEach(hosts::destroy);
        List<Unit> services = new ArrayList<>(spec.brokerUnits());
        services.addAll(spec.coordinatorUnits());
        Shutdown.kill(services.stream()
                .flatMap(unit -> ProcessId.running(layout.pidFile(unit)).stream())
                .toList());
        try {
            for (Unit broker : spec.brokerUnits()) {
                Sandbox.deleteTree(layout.unitDir(broker).resolve("data"));
            }
        } catch (IOException e) {
            throw new SandboxFailure("Kafka's disk could not be wiped: " + e.getMessage(), "try it again", e);
        }
        services.addAll(spec.agentUnits());
        return services;
    }
}
