package io.pgprimacy.core.loop;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper.Claimed;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The asking side of S11. Each round of {@link PromiseRequest} is sent to every other member; what it would extend the lease to is known at the sending, so an
 * answer counts whenever it comes, and nothing here waits for anybody.
 */
final class PromiseRounds {
    /** A round is of no use when the lease that it asks for is over; so many are far more than fit into one. */
    private static final int OPEN_AT_MOST = 64;

    private final SortedMap<Long, Round> open = new TreeMap<>();
    private final SortedMap<NodeId, String> lastAnswers = new TreeMap<>();
    private long rounds;
    private Optional<Duration> lastAsked = Optional.empty();

    private record Round(Claimed claimed, SortedSet<NodeId> promised) {}

    /** True where nobody was asked since the log renewed the lease. */
    boolean isIdle() {
        return lastAsked.isEmpty();
    }

    boolean isDue(Duration now, Duration spacing) {
        return lastAsked.map(at -> now.minus(at).compareTo(spacing) >= 0).orElse(true);
    }

    /** Returns the number of the round, to be sent with the requests. */
    long begin(Claimed claimed, SortedSet<NodeId> asked, Duration now) {
        lastAsked = Optional.of(now);
        rounds++;
        open.put(rounds, new Round(claimed, new TreeSet<>()));
        while (open.size() > OPEN_AT_MOST) {
            open.remove(open.firstKey());
        }
        lastAnswers.keySet().retainAll(asked);
        asked.forEach(node -> lastAnswers.putIfAbsent(node, "did not answer"));
        return rounds;
    }

    /** @param enough whether the promises of these members together extend the lease */
    Optional<Claimed> answered(PromiseAnswer answer, Predicate<SortedSet<NodeId>> enough) {
        Round round = open.get(answer.round());
        lastAnswers.put(
                answer.from(), answer.refusal().map(why -> "refused: " + why).orElse("promised"));
        if (round == null || answer.refusal().isPresent()) {
            return Optional.empty();
        }
        round.promised().add(answer.from());
        if (!enough.test(round.promised())) {
            return Optional.empty();
        }
        open.headMap(answer.round() + 1).clear();
        return Optional.of(round.claimed());
    }

    /** The log renews again: what was asked for is not needed. */
    void forget() {
        open.clear();
        lastAnswers.clear();
        lastAsked = Optional.empty();
    }

    /** For people: what each member answered last. */
    String answers() {
        StringBuilder text = new StringBuilder();
        lastAnswers.forEach((node, answer) ->
                text.append(text.isEmpty() ? "" : ", ").append(node).append(' ').append(answer));
        return text.toString();
    }
}
