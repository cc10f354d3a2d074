package io.pgprimacy.sandbox;

import io.pgprimacy.core.config.TimingProfile;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a person chose for a new sandbox.
 *
 * @param brokers 1, or 3 of which any one may be lost; two would be lost with either of them
 * @param profile name of a timing profile, as the coordinator knows it
 * @param sync true: a commit waits for any one standby
 * @param automaticFailovers S8's limit per 30 minutes
 * @param storage with an object store and the storage service, so that backups can be taken
 */
public record Choice(
        int nodes,
        int brokers,
        int coordinators,
        String profile,
        boolean sync,
        int automaticFailovers,
        boolean storage) {
    private static final List<String> PROFILES = Stream.of(TimingProfile.values())
            .map(profile -> profile.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    public static final int MOST_NODES = 16;
    public static final int MOST_COORDINATORS = 8;

    public Choice {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new SandboxFailure("a sandbox has 1 to " + MOST_NODES + " nodes, not " + nodes, "try --nodes 3");
        }
        if (brokers != 1 && brokers != 3) {
            throw new SandboxFailure(
                    "a sandbox has 1 or 3 brokers, not " + brokers,
                    "try --brokers 3: any one of three may be lost, and of two none");
        }
        if (coordinators < 1 || coordinators > MOST_COORDINATORS) {
            throw new SandboxFailure(
                    "a sandbox has 1 to " + MOST_COORDINATORS + " coordinators, not " + coordinators,
                    "try --coordinators 1");
        }
        if (sync && nodes < 2) {
            throw new SandboxFailure("--sync needs a standby that acknowledges", "give it --nodes 2 or more");
        }
        if (!PROFILES.contains(profile)) {
            throw new SandboxFailure(
                    "there is no timing profile " + profile, "there are " + String.join(", ", PROFILES));
        }
        if (automaticFailovers < 0) {
            throw new SandboxFailure(
                    "the limit of automatic failovers cannot be negative: " + automaticFailovers,
                    "0 means that a person decides about each one");
        }
    }
}
