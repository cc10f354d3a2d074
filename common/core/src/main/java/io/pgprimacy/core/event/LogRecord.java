package io.pgprimacy.core.event;

/**
 * One record as read back from a cluster log.
 *
 * @param offset position in the partition; grows, with gaps where compaction or the broker's own records were
 * @param writer who appended it: {@code agent/<node>} or {@code coordinator/<id>}
 * @param writtenAtMillis the writer's wall clock, milliseconds since 1970; for people, never for decisions about safety
 */
public record LogRecord(long offset, String id, String writer, long writtenAtMillis, ClusterEvent event) {}
