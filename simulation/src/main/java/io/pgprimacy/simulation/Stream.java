package io.pgprimacy.simulation;

/** A WAL stream between two nodes; each end learns of the other's death in its own time. */
final class Stream {
    final SimPostgres sender;
    final SimPostgres receiver;
    final int senderLife;
    final int receiverLife;
    /** The WAL sender has this end open, and takes replies. */
    boolean senderOpen = true;
    /** The WAL receiver has this end open, and takes WAL. */
    boolean receiverOpen = true;
    /** What the standby has reported as flushed. */
    long flushed;
    /** At the standby. */
    long lastMessage;
    /** At the primary. */
    long lastReply;

    Stream(SimPostgres sender, SimPostgres receiver, long now) {
        this.sender = sender;
        this.receiver = receiver;
        this.senderLife = sender.process().life();
        this.receiverLife = receiver.process().life();
        this.lastMessage = now;
        this.lastReply = now;
    }
}
