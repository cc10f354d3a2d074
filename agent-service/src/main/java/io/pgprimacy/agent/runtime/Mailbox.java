package io.pgprimacy.agent.runtime;

import io.pgprimacy.core.loop.NodeLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** What other threads want of the loop; its own thread takes it out. */
final class Mailbox {
    private final Queue<Consumer<NodeLoop>> letters = new ConcurrentLinkedQueue<>();
    private final Runnable wake;

    /** @param wake ends the wait of the loop's thread */
    Mailbox(Runnable wake) {
        this.wake = wake;
    }

    void post(Consumer<NodeLoop> letter) {
        letters.add(letter);
        wake.run();
    }

    void deliver(NodeLoop loop) {
        for (Consumer<NodeLoop> letter = letters.poll(); letter != null; letter = letters.poll()) {
            letter.accept(loop);
        }
    }
}
