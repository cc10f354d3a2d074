package io.pgprimacy.core.event;

import java.time.Instant;

/**
 * Retention that is due by its schedule.
 *
 * @param at the newest instant of the schedule that has passed; nothing has been decided about it yet
 * @param before how many instants passed before it about which nothing has been decided either
 */
public record DueRetention(Instant at, int before) {}
