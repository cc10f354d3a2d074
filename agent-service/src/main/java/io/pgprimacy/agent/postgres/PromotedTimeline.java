package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;

/** What a promotion has made: {@code timeline} left {@code parent} at {@code switchPoint}. */
public record PromotedTimeline(TimelineId timeline, TimelineId parent, Lsn switchPoint, Duration took) {}
