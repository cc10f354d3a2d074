package io.pgprimacy.core.rule;

/**
 * Every rule by which the coordinator decides or stays. A decision carries the rule's name; the rule table in the
 * documentation is made from this list.
 */
public enum RuleId {
    C1("a cluster comes into being when a person asks for it and its first node is there"),
    C2("a cluster that is filled from a repository gets its primary when the first node has restored its data"),
    C3("a cluster whose data cannot be restored, or is wanted no more, is given up: its name is free again"),
    M1("a node that announces itself with the cluster's data, or with none, is admitted"),
    M2("a node whose data belongs to another cluster is refused"),
    M3("a member is removed when a person asks for it; the primary never is"),
    M4("a node that was removed or refused is admitted when a person asks for it"),
    M5("a member that has been silent for long is suspended, so that it cannot make an outage of the log fatal"),
    M6("a suspended member that is heard again is admitted again"),

    F1("a primary that states itself that it has stopped is replaced at once"),
    F2(
            "a silent primary from which no standby receives WAL any more is replaced; pledges are gathered before its lease ends"),
    F3(
            "a silent primary is replaced when its lease has certainly expired, although standbys still receive WAL from it"),
    F4("a primary whose write path hangs or fails is replaced, if the policy says so and an eligible standby is there"),
    F5("a failover that a person asks for is opened"),
    F6("a chosen node that does not become primary is replaced"),
    F7("a switchover whose old primary is stopped and whose target is lost becomes a failover"),

    P1("the most advanced eligible standby becomes primary: the old primary has stated that it stopped"),
    P2("the most advanced eligible standby becomes primary: the old primary's lease has certainly expired"),
    P3(
            "the most advanced eligible standby becomes primary: so many standbys have pledged that the old primary cannot get a commit acknowledged"),
    P4("a choice that would lose more than is allowed is refused"),

    W1("a switchover is prepared by a checkpoint on the old primary while it still serves"),
    W2("the old primary of a switchover is stopped when it is prepared and the target streams closely"),
    W3("the target of a switchover becomes primary when it holds everything that the old primary wrote"),
    W4("a switchover that cannot go on is given up before the old primary is stopped"),

    R1("a restore that a person asks for is opened: every earlier term is revoked, and one node restores its data"),
    R2(
            "the node that was restored becomes primary: nobody else accepts writes, and that commits are lost is what was asked for"),
    R3("a restore that failed is given up, and the old primary is asked to go on"),
    R4("what a restore has replaced is removed when a person confirms the restore, and never before"),

    Y1("standbys that are gone leave the synchronous set, so that commits do not wait for them"),
    Y2("standbys that stream join the synchronous set"),

    A1("a person pauses or resumes automation"),
    A2("a person changes the cluster's configuration"),
    A3("a person has a node rebuilt"),
    A4("a person allows automatic failovers again"),
    A5("a request that cannot be carried out is refused"),
    A6("a person orders that a standby's PostgreSQL is restarted"),
    A7("a person orders that a member's PostgreSQL reads its configuration again"),

    K1(
            "a backup that a person asks for is taken of the node named, else of the streaming standby that has replayed most, else of the primary"),
    K2("a backup is ended when a person asks for it"),
    K3("a backup is given up when the node that takes it is gone"),
    K4("a backup is taken when its schedule says so, late rather than not at all"),
    K5("an instant of a schedule that passed too long ago is missed, and that is an event"),
    K6(
            "a drill that a person asks for is carried out on the node named, else on the standby that has replayed most; never on a primary that nobody named"),
    K7("a drill is ended when a person asks for it"),
    K8("a drill is given up when the node that carries it out is gone"),
    K9("a drill is carried out when its schedule says so, late rather than not at all"),
    K10("an instant of the schedule of drills that passed too long ago is missed, and that is an event"),
    K11(
            "a cluster that is not the first of its name, or came from a repository, takes its first backup at once: its archive has none"),
    K12("retention that a person asks for is applied, unless the configured retention keeps more"),
    K13("retention is applied when the configuration says so, late rather than not at all"),
    K14("an instant of the schedule of retention that passed too long ago is missed, and that is an event"),
    K15("what came of applying retention is recorded: what was marked and removed, or why it failed"),

    B1("too many automatic failovers in a short time: a person is asked"),
    B2("too many clusters are suspect at once: the fault is probably not theirs"),

    N0("nothing needs to be done"),
    N1("silence is no evidence while the log is not live"),
    N2("a silent primary keeps its term while standbys receive WAL from it and its lease may run"),
    N3("automation is paused"),
    N4("no eligible standby is there"),
    N5("pledges of standbys that are alive are awaited"),
    N6("the old primary may still accept writes; its stop or the end of its lease is awaited"),
    N7("the chosen node is becoming primary"),
    N8("the old primary of a switchover is preparing or stopping"),
    N9("a node has read more than this log holds: it was cut back or exchanged, and a person must act"),
    N10("a node restores its data");

    private final String sentence;

    RuleId(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
