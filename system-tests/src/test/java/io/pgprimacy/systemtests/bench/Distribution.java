package io.pgprimacy.systemtests.bench;

import java.util.List;

/** Of measurements in milliseconds. */
record Distribution(int runs, double min, double median, double p90, double max) {
    static Distribution of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Distribution(0, 0, 0, 0, 0)
                : new Distribution(
                        sorted.size(), sorted.getFirst(), at(sorted, 0.5), at(sorted, 0.9), sorted.getLast());
    }

    static double percentile(List<Double> values, double share) {
        return at(values.stream().sorted().toList(), share);
    }

    /** The nearest rank; the median of an even number is the mean of the two in the middle. */
    private static double at(List<Double> sorted, double share) {
        int size = sorted.size();
        if (share == 0.5 && size % 2 == 0) {
            return (sorted.get(size / 2 - 1) + sorted.get(size / 2)) / 2;
        }
        return sorted.get(Math.min(size - 1, (int) Math.ceil(share * size) - 1));
    }

    @Override
    public String toString() {
        return "min %.0f ms, median %.0f ms, p90 %.0f ms, max %.0f ms (%d runs)".formatted(min, median, p90, max, runs);
    }
}
