package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a node does about the data that restores have replaced, beside its one action.
 *
 * <p>Safe because it only names what a decision has named, and the log knows of nothing that its node has not stated: what is put aside later waits for
 * a confirmation of its own. While the data of a restore is in place that nobody has made the cluster's, what it has replaced may have to be put back,
 * and stays whatever was ordered.
 *
 * @param facts to be stated: what the log does not know yet of the disk
 * @param remove locations of what is to go
 */
public record OldDataPlan(List<Fact> facts, SortedSet<String> remove) {
    private static final OldDataPlan NOTHING = new OldDataPlan(List.of(), new TreeSet<>());

    public OldDataPlan {
        facts = List.copyOf(facts);
        remove = Collections.unmodifiableSortedSet(new TreeSet<>(remove));
    }

    /** @param seen what lies on the disk; empty while nobody has looked */
    public static OldDataPlan of(NodeId id, ClusterState state, LocalMemory memory, Optional<List<KeptData>> seen) {
        Optional<Node> node = state.node(id);
        if (seen.isEmpty() || node.isEmpty()) {
            return NOTHING;
        }
        SortedMap<String, Fact.OldDataKept> stated = node.get().facts().kept();
        if (seen.get().isEmpty() && stated.isEmpty()) {
            return NOTHING;
        }
        SortedMap<String, Long> ordered = node.get().orders().removals();
        SortedMap<String, KeptData> there = new TreeMap<>();
        seen.get().forEach(kept -> there.put(kept.location(), kept));
        List<Fact> facts = new ArrayList<>();
        there.values().stream()
                .map(kept -> fact(id, kept))
                .filter(kept -> isNews(Optional.ofNullable(stated.get(kept.location())), kept))
                .forEach(facts::add);
        stated.values().stream()
                .filter(kept -> !there.containsKey(kept.location()))
                .map(kept -> gone(kept, ordered.getOrDefault(kept.location(), 0L)))
                .forEach(facts::add);
        Optional<Term> restoring = RestorePlans.markedFor(memory);
        SortedSet<String> remove = new TreeSet<>();
        there.values().stream()
                .filter(kept -> ordered.containsKey(kept.location()) && stated.containsKey(kept.location()))
                .filter(kept -> !restoring.equals(Optional.of(kept.term())))
                .forEach(kept -> remove.add(kept.location()));
        return new OldDataPlan(facts, remove);
    }

    private static boolean isNews(Optional<Fact.OldDataKept> stated, Fact.OldDataKept now) {
        return !stated.map(Fact.OldDataKept::trouble).equals(Optional.of(now.trouble()));
    }

    private static Fact.OldDataKept fact(NodeId id, KeptData kept) {
        return new Fact.OldDataKept(id, kept.location(), kept.term(), kept.bytes(), kept.since(), kept.trouble());
    }

    private static Fact gone(Fact.OldDataKept kept, long ordered) {
        return new Fact.OldDataRemoved(kept.node(), kept.location(), kept.term(), kept.bytes(), ordered);
    }
}
