package io.pgprimacy.cli;

import java.time.Duration;

/** Between two looks at something remote. */
final class Pause {
    private Pause() {}

    static void between(Duration looks) {
        try {
            Thread.sleep(looks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCode.FAILED, "interrupted", "", e);
        }
    }
}
