package io.pgprimacy.systemtests.bench;

/** What happens to the primary. */
enum Scenario {
    /** SIGKILL to the postmaster; the agent lives. */
    CRASH,
    /** SIGKILL to agent, guard and every postgres process; the host is started again later. */
    HOSTLOSS,
    /** SIGSTOP to all of them, SIGCONT after a while. */
    FREEZE,
    /** {@code ./pgprimacy switchover}, or the same request over REST. */
    SWITCHOVER
}
