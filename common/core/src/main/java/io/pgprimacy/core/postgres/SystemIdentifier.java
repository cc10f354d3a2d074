package io.pgprimacy.core.postgres;

/** The 64-bit number that initdb gives a database cluster; nodes with different ones hold unrelated data. */
public record SystemIdentifier(String value) {
    public SystemIdentifier {
        // Unsigned, so it may exceed Long.MAX_VALUE; kept as the decimal text that pg_controldata prints.
        try {
            Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("system identifier '" + value + "' is not an unsigned number", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
