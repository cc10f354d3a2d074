/** Reads the cron expressions of schedules. */
@org.jspecify.annotations.NullMarked
package io.pgprimacy.coordinator.schedule;
