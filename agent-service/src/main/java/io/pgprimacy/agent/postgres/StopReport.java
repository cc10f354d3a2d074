package io.pgprimacy.agent.postgres;

import java.time.Duration;

/**
 * @param wasRunning false where there was nothing to stop
 * @param killed true where it had to be killed because it did not stop in time
 * @param gone no process of it is left, which is what counts for S3 A
 */
public record StopReport(boolean wasRunning, boolean killed, boolean gone, Duration took) {}
