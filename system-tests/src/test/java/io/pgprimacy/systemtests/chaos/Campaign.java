package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import io.pgprimacy.systemtests.chaos.RoundOutcome.Done;
import io.pgprimacy.systemtests.chaos.history.Allowances;
import io.pgprimacy.systemtests.chaos.history.Allowances.SavedWal;
import io.pgprimacy.systemtests.chaos.history.Checker;
import io.pgprimacy.systemtests.chaos.history.Checker.Judgement;
import io.pgprimacy.systemtests.chaos.history.Found;
import io.pgprimacy.systemtests.chaos.history.Op;
import io.pgprimacy.systemtests.chaos.history.Violation;
import io.pgprimacy.systemtests.chaos.history.Violation.Kind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Round after round on one arena: faults, healing, recovery, judgement. Clients go on all the time. */
final class Campaign {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final Duration CATCH_UP_BOUND = Duration.ofSeconds(20);
    private static final Duration OBSERVER_BOUND = Duration.ofSeconds(5);

    private final Arena arena;
    private final boolean synchronous;
    private final boolean movesNoPrimary;
    private final Leases leases;
    private final Consumer<String> said;
    private final Clock clock = new Clock();
    private final Recorder recorder = new Recorder();
    private final Hands hands;
    private final Health health;
    private final Clients clients;
    private final List<SavedWal> saved = new ArrayList<>();
    private final List<RoundOutcome> outcomes = new ArrayList<>();
    private long offset;

    /** How long a primary that hears nothing may go on; longer after its agent has taken leave. */
    record Leases(Duration usual, Duration restart) {}

    Campaign(Arena arena, Settings settings, Consumer<String> said) {
        this.arena = arena;
        this.synchronous = settings.shape().synchronous();
        this.movesNoPrimary = settings.movesNoPrimary();
        this.leases = settings.leases();
        this.said = said;
        this.hands = new Hands(arena, clock);
        this.health = new Health(arena.connections(), arena.coordinatorUrls());
        this.clients = new Clients(arena.connections(), recorder, clock);
    }

    Clock clock() {
        return clock;
    }

    long acknowledgedWrites() {
        return recorder.acknowledgedWrites();
    }

    List<RoundOutcome> outcomes() {
        return List.copyOf(outcomes);
    }

    void begin(int firstRound) throws SQLException, InterruptedException {
        recorder.begin(firstRound);
        offset = arena.commands().lastOffset();
        clients.start();
        while (recorder.lastAcknowledging().isEmpty()) {
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** What clients begin from now on belongs to that round. */
    void enter(int number) {
        recorder.begin(number);
    }

    /** False when the cluster has not recovered, so that there is nothing to go on with. */
    boolean run(Round round) throws InterruptedException {
        said.accept("round %d at %s".formatted(round.number(), Clock.text(clock.now())));
        long begun = clock.nanos();
        List<Done> done = carryOut(round);
        Optional<String> trouble = hands.healAll();
        Duration healed = clock.now();
        trouble.ifPresent(t -> said.accept("  when everything was started again: " + t));
        Recovery.Result recovery = Recovery.await(healed, clock, () -> lacks(healed));
        List<Violation> violations = new ArrayList<>(recovery.violations());
        Optional<Duration> recovered = recovery.after();
        long end = clock.nanos();
        Thread.sleep(QUIET);
        recorder.begin(round.number() + 1);
        recorder.awaitEnded(round.number());
        Events events = readEvents();
        checkMoves(events, violations);
        saved.addAll(events.saved());
        Optional<Judgement> judgement = recovered.isPresent() ? judge(round, violations) : Optional.empty();
        RoundOutcome outcome = new RoundOutcome(
                round,
                done,
                healed,
                recovered,
                longestPause(round, begun, end),
                events,
                Isolation.among(done, recorder.ops(round.number())),
                judgement,
                violations);
        outcomes.add(outcome);
        recorder.forgetLists(round.number());
        tell(outcome);
        return recovered.isPresent();
    }

    private List<Done> carryOut(Round round) throws InterruptedException {
        List<Done> done = Collections.synchronizedList(new ArrayList<>());
        long begin = clock.nanos();
        List<Thread> threads = round.faults().stream()
                .map(fault -> Thread.ofPlatform()
                        .name("fault-" + fault.kind().label())
                        .start(() -> done.add(carryOut(fault, begin))))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        return done.stream().sorted(Comparator.comparing(Done::from)).toList();
    }

    private Done carryOut(PlannedFault fault, long begin) {
        List<String> whom = fault.whom();
        Duration from = clock.now();
        try {
            clock.awaitNanos(begin + fault.at().toNanos());
            whom = fault.whom().stream().map(this::resolve).toList();
            from = clock.now();
            said.accept("  %s %s %s".formatted(Clock.text(from), fault, whom));
            Hands.Undo undo = hands.apply(fault.kind(), whom, fault.amount());
            clock.awaitNanos(begin + fault.end().toNanos());
            Optional<String> remark = undo.run();
            return new Done(fault, whom, from, clock.now(), remark.orElse(""));
        } catch (IOException | RuntimeException | AssertionError e) {
            return new Done(fault, whom, from, clock.now(), "NOT DONE: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Done(fault, whom, from, clock.now(), "interrupted");
        }
    }

    /** {@code primary} is who has acknowledged the last write; standbys are the others by name. */
    private String resolve(String role) {
        List<String> order =
                new ArrayList<>(arena.nodes().stream().map(Node::name).sorted().toList());
        String primary = recorder.lastAcknowledging().orElse(order.getFirst());
        order.remove(primary);
        if (role.equals(PlannedFault.PRIMARY)) {
            return primary;
        }
        return role.startsWith("standby-")
                ? order.get(Integer.parseInt(role.substring("standby-".length())) - 1)
                : role;
    }

    /** Clients count, too: by the applications' sessions, not by the probes alone, which know where to go. */
    private List<String> lacks(Duration healed) {
        List<String> lacking = new ArrayList<>(health.lacks());
        if (!recorder.hasAcknowledgedSince(healed.toNanos(), clients::isApplication)) {
            lacking.add("no client can write");
        }
        return lacking;
    }

    private Events readEvents() {
        try {
            List<JsonNode> all = arena.commands().eventsAfter(offset);
            if (!all.isEmpty()) {
                offset = all.getLast().path("offset").asLong(offset);
            }
            return Events.of(all);
        } catch (IllegalStateException e) {
            said.accept("  the events cannot be read: " + e.getMessage());
            return Events.NONE;
        }
    }

    private void checkMoves(Events events, List<Violation> violations) {
        if (movesNoPrimary && events.failovers() + events.fenced() > 0) {
            violations.add(new Violation(
                    Kind.NEEDLESS_MOVE,
                    "%d failovers, %d primaries fenced".formatted(events.failovers(), events.fenced())));
        }
    }

    private Optional<Judgement> judge(Round round, List<Violation> violations) {
        try {
            Node primary = health.primary();
            Found found = clients.fetch(primary, round.number());
            Judgement judgement = Checker.judge(recorder.ops(round.number()), found, allowances(List.of(round)));
            violations.addAll(judgement.violations());
            compareStandbys(primary, round, violations);
            return Optional.of(judgement);
        } catch (SQLException e) {
            violations.add(new Violation(Kind.NOT_HEALED, "what was written cannot be read: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private Allowances allowances(List<Round> rounds) {
        boolean leave =
                rounds.stream().flatMap(r -> r.faults().stream()).anyMatch(f -> f.kind() == FaultKind.RESTART_AGENT);
        return new Allowances(synchronous, leave ? leases.restart() : leases.usual(), saved, hands.thaws());
    }

    private void compareStandbys(Node primary, Round round, List<Violation> violations) throws SQLException {
        String expected = clients.digest(primary, round.number());
        String position;
        try (Connection connection = arena.connections().asObserver(primary, OBSERVER_BOUND);
                Statement statement = connection.createStatement()) {
            position = Health.ask(statement, "SELECT pg_current_wal_flush_lsn()");
        }
        for (Node node : arena.nodes()) {
            if (!node.equals(primary)) {
                if (!hasReplayed(node, position)) {
                    violations.add(new Violation(
                            Kind.NOT_HEALED, node.name() + " has not replayed " + position + " of " + primary.name()));
                } else {
                    String digest = clients.digest(node, round.number());
                    if (!digest.equals(expected)) {
                        violations.add(new Violation(
                                Kind.DIFFERENT_DATA,
                                "%s has %s, %s has %s".formatted(node.name(), digest, primary.name(), expected)));
                    }
                }
            }
        }
    }

    private boolean hasReplayed(Node node, String position) throws SQLException {
        long end = clock.nanos() + CATCH_UP_BOUND.toNanos();
        try (Connection connection = arena.connections().asObserver(node, OBSERVER_BOUND);
                Statement statement = connection.createStatement()) {
            while (clock.nanos() < end) {
                if (Health.ask(statement, "SELECT pg_last_wal_replay_lsn() >= '" + position + "'")
                        .equals("t")) {
                    return true;
                }
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private Duration longestPause(Round round, long from, long to) {
        long last = from;
        long longest = 0;
        List<Long> ends = recorder.ops(round.number()).stream()
                .filter(op -> op.type() == Op.Type.INSERT && op.isAcknowledged() && clients.isApplication(op.session()))
                .map(Op::endNanos)
                .filter(end -> end >= from && end <= to)
                .sorted()
                .toList();
        for (long end : ends) {
            longest = Math.max(longest, end - last);
            last = end;
        }
        return Duration.ofNanos(Math.max(longest, to - last));
    }

    private void tell(RoundOutcome outcome) {
        said.accept("  -> longest write pause %.1f s, recovered %s, %d failovers, %d switchovers, %d fenced%s"
                .formatted(
                        outcome.longestPause().toMillis() / 1e3,
                        outcome.recoveredAfter()
                                .map(d -> "after %.1f s".formatted(d.toMillis() / 1e3))
                                .orElse("NOT"),
                        outcome.events().failovers(),
                        outcome.events().switchovers(),
                        outcome.events().fenced(),
                        outcome.judgement()
                                .map(j -> ", %d writes acknowledged, %d unknown, %d lost"
                                        .formatted(j.acknowledged(), j.unknown(), j.lost()))
                                .orElse("")));
        outcome.violations().forEach(v -> said.accept("  VIOLATION " + v));
    }

    /** Every insert once more, for what was there after its round may have gone in a later one. */
    List<Violation> end() {
        clients.close();
        TreeMap<Integer, List<Integer>> inserts = new TreeMap<>();
        List<Op> ops = new ArrayList<>();
        List<Round> rounds = outcomes.stream().map(RoundOutcome::round).toList();
        try {
            Node primary = health.primary();
            for (Round round : rounds) {
                ops.addAll(recorder.ops(round.number()));
                clients.fetch(primary, round.number())
                        .inserts()
                        .forEach((session, values) -> inserts.computeIfAbsent(session, s -> new ArrayList<>())
                                .addAll(values));
            }
        } catch (SQLException e) {
            return List.of(new Violation(Kind.NOT_HEALED, "what was written cannot be read: " + e.getMessage()));
        }
        return Checker.judge(ops, new Found(inserts, new TreeMap<>()), allowances(rounds))
                .violations();
    }

    void stop() {
        clients.close();
    }
}
