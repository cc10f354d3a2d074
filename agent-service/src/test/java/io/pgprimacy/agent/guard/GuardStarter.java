package io.pgprimacy.agent.guard;

import io.pgprimacy.agent.process.UptimeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Stands for an agent that arms its guard and is then killed. */
final class GuardStarter {
    private GuardStarter() {}

    public static void main(String[] arguments) throws InterruptedException {
        Guard guard = new Guard(new GuardSettings(Path.of(arguments[0]), Path.of(arguments[1]), Optional.empty()));
        guard.ensureRunning();
        Duration deadline = UptimeClock.system().now().plusMillis(1500);
        guard.hold(deadline);
        new CountDownLatch(1).await();
    }
}
