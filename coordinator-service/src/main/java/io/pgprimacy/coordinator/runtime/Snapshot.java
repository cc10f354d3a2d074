package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.Evidence;
import java.util.Optional;

/**
 * One cluster at one moment, as this coordinator knows it.
 *
 * @param owner whether this coordinator decides for it at once
 * @param halted why its log is not read any further
 */
public record Snapshot(
        ClusterState state, Evidence evidence, Verdict verdict, boolean owner, Optional<String> halted) {}
