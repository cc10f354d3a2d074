package io.pgprimacy.agent.api;

/** Which Patroni's tongue this is. Its tools ask for the version to know which keys to expect. */
public final class PatroniDialect {
    public static final String VERSION = "4.1.0";

    private PatroniDialect() {}

    /** Two digits for each part, {@code 4.1.0} to 40100. */
    public static int versionNumber() {
        int number = 0;
        for (String part : VERSION.split("\\.")) {
            number = number * 100 + Integer.parseInt(part);
        }
        return number;
    }
}
