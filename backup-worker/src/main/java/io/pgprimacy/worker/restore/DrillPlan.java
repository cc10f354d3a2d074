package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.drill.Drill;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import java.net.URI;
import java.util.Optional;

/**
 * One drill, as it was ordered.
 *
 * @param backup the one to be proven; empty: the newest that is sound
 * @param masterKeys text of the master keys
 */
public record DrillPlan(
        ClusterId cluster,
        Incarnation incarnation,
        Optional<String> backup,
        URI service,
        String token,
        String masterKeys,
        Drill.Settings settings) {}
