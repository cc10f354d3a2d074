package io.pgprimacy.agent.api;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as Patroni reads it: {@code 16kB}, {@code 1.5MB}, {@code 1GB}, or plain bytes. */
final class ByteSize {
    private static final Pattern SHAPE =
            Pattern.compile("(\\d{1,30}(?:\\.\\d{1,30})?)\\s*([kMGT]?B)?", Pattern.CASE_INSENSITIVE);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private ByteSize() {}

    /** What is no size allows no lag at all: a load balancer that asks for nonsense must not be sent to a node that is far behind. */
    static long parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            return 0;
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        long factor =
                switch (unit) {
                    case "KB" -> 1L << 10;
                    case "MB" -> 1L << 20;
                    case "GB" -> 1L << 30;
                    case "TB" -> 1L << 40;
                    default -> 1L;
                };
        return new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(factor))
                .min(MOST)
                .longValue();
    }
}
