package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Leaves out of a failing plan what it fails without (ddmin, Zeller and Hildebrandt 2002), with a bound on the tries, for each is a
 * campaign of its own. Timing differs from run to run, so a part that once did not fail may still hold the cause.
 */
final class Shrinker {
    /** Whether the cluster breaks a promise under that plan. */
    interface Trial {
        boolean fails(List<Round> plan) throws IOException, InterruptedException, SQLException;
    }

    private record Step(int round, PlannedFault fault) {}

    private final Trial trial;
    private int triesLeft;

    Shrinker(Trial trial, int mostTries) {
        this.trial = trial;
        this.triesLeft = mostTries;
    }

    /** Returns the smallest plan that was seen to fail; the given one where no part of it did. */
    List<Round> shrink(List<Round> failing) throws IOException, InterruptedException, SQLException {
        List<Step> steps = failing.stream()
                .flatMap(r -> r.faults().stream().map(f -> new Step(r.number(), f)))
                .toList();
        int parts = 2;
        while (steps.size() > 1 && triesLeft > 0) {
            List<Step> smaller = smallerThan(steps, parts);
            if (smaller.size() < steps.size()) {
                steps = smaller;
                parts = Math.max(2, Math.min(parts - 1, steps.size()));
            } else if (parts >= steps.size()) {
                break;
            } else {
                parts = Math.min(steps.size(), parts * 2);
            }
        }
        return rounds(steps);
    }

    /** First the parts alone, the last one first: what has just failed lies at the end of a plan. Then all but one part. */
    private List<Step> smallerThan(List<Step> steps, int parts) throws IOException, InterruptedException, SQLException {
        List<List<Step>> candidates = new ArrayList<>();
        List<List<Step>> complements = new ArrayList<>();
        for (int i = parts - 1; i >= 0; i--) {
            int from = steps.size() * i / parts;
            int to = steps.size() * (i + 1) / parts;
            candidates.add(steps.subList(from, to));
            List<Step> rest = new ArrayList<>(steps.subList(0, from));
            rest.addAll(steps.subList(to, steps.size()));
            complements.add(rest);
        }
        if (parts > 2) {
            candidates.addAll(complements);
        }
        for (List<Step> candidate : candidates) {
            if (triesLeft == 0) {
                break;
            }
            triesLeft--;
            if (trial.fails(rounds(candidate))) {
                return List.copyOf(candidate);
            }
        }
        return steps;
    }

    private static List<Round> rounds(List<Step> steps) {
        return steps.stream()
                .collect(Collectors.groupingBy(
                        Step::round, TreeMap::new, Collectors.mapping(Step::fault, Collectors.toList())))
                .entrySet()
                .stream()
                .map(e -> new Round(e.getKey(), e.getValue()))
                .toList();
    }
}
