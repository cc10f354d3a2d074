package io.pgprimacy.agent.postgres;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far a long copy is, as PostgreSQL's programs print it: {@code 24582/24582 kB (100%), ...}. */
public record Progress(long doneKilobytes, long totalKilobytes) {
    private static final Pattern SHAPE = Pattern.compile("\\s*(\\d+)/(\\d+) kB.*");

    static Optional<Progress> parse(String line) {
        Matcher matcher = SHAPE.matcher(line);
        return matcher.matches()
                ? Optional.of(new Progress(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    public int percent() {
        return totalKilobytes == 0 ? 0 : (int) Math.min(100, doneKilobytes * 100 / totalKilobytes);
    }
}
