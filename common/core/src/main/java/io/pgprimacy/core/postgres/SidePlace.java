package io.pgprimacy.core.postgres;

import io.pgprimacy.core.id.NodeId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Names of the directories inside of a tablespace's location that hold what is not served there: {@code pgprimacy.pg1.20261130T015012123Z.new}. The
 * location itself is where CREATE TABLESPACE has put the tablespace, and where every node has it.
 */
public final class SidePlace {
    private static final String PREFIX = "pgprimacy.";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SidePlace() {}

    /** For data that is made at that moment. */
    public static String incoming(NodeId node, Instant at) {
        return name(node, at, "new");
    }

    /** For data that makes room at that moment. */
    public static String aside(NodeId node, Instant at) {
        return name(node, at, "aside");
    }

    public static boolean isSide(String location) {
        return location.substring(location.lastIndexOf('/') + 1).startsWith(PREFIX);
    }

    /** The location that a side place is in; any other is its own. */
    public static String home(String location) {
        int slash = location.lastIndexOf('/');
        return slash > 0 && isSide(location) ? location.substring(0, slash) : location;
    }

    private static String name(NodeId node, Instant at, String what) {
        return PREFIX + node + "." + STAMP.format(at) + "." + what;
    }
}
