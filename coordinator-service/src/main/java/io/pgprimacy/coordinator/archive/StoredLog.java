package io.pgprimacy.coordinator.archive;

import io.pgprimacy.backup.format.Incarnation;
import java.util.List;

/**
 * What the store holds of one life's log.
 *
 * @param stretches the first offset of each, ascending; never empty
 */
public record StoredLog(Incarnation incarnation, List<Long> stretches) {}
