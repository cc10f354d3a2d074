package io.pgprimacy.agent.process;

/** A program at work beside this process. */
public interface RunningProgram {
    /** Returns at once. What has not ended by then, because it is frozen for instance, is killed after ten seconds. */
    void end();

    /** True where it goes on when this process ends. */
    boolean outlives();
}
