package io.pgprimacy.simulation.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plan as people read and edit it.
 *
 * <pre>
 * # anything after this sign is for the reader
 * round 1
 *   +0.5s for 6.0s freeze-host primary
 *   +2.0s for 10.0s cut-link standby-1 standby-2
 *   +2.5s for 4.0s loss all 20
 * </pre>
 */
public final class PlanText {
    private static final Pattern ROUND = Pattern.compile("round (\\d+)");
    private static final Pattern FAULT =
            Pattern.compile("\\+([0-9.]+)s for ([0-9.]+)s ([a-z-]+)((?: [a-z][a-z0-9-]*)*)( -?\\d+)?");

    private PlanText() {}

    public static String write(List<Round> rounds) {
        StringBuilder text = new StringBuilder();
        for (Round round : rounds) {
            text.append("round ").append(round.number()).append('\n');
            round.faults().forEach(fault -> text.append("  ").append(fault).append('\n'));
        }
        return text.toString();
    }

    public static List<Round> read(String text) {
        List<Round> rounds = new ArrayList<>();
        List<PlannedFault> faults = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            String content = line.replaceFirst("#.*", "").strip();
            Matcher round = ROUND.matcher(content);
            if (round.matches()) {
                if (!faults.isEmpty()) {
                    rounds.add(new Round(number, faults));
                }
                faults = new ArrayList<>();
                number = Integer.parseInt(round.group(1));
            } else if (!content.isEmpty()) {
                faults.add(fault(content));
            }
        }
        if (!faults.isEmpty()) {
            rounds.add(new Round(number, faults));
        }
        return rounds;
    }

    private static PlannedFault fault(String line) {
        Matcher fault = FAULT.matcher(line);
        if (!fault.matches()) {
            throw new IllegalArgumentException(
                    "a plan has lines like \"+0.5s for 6.0s freeze-host primary\", not \"" + line + "\"");
        }
        return new PlannedFault(
                seconds(fault.group(1)),
                seconds(fault.group(2)),
                FaultKind.of(fault.group(3)),
                Arrays.stream(fault.group(4).split(" "))
                        .filter(w -> !w.isEmpty())
                        .toList(),
                fault.group(5) == null ? 0 : Integer.parseInt(fault.group(5).strip()));
    }

    private static Duration seconds(String text) {
        return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1_000));
    }
}
