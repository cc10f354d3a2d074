package io.pgprimacy.backup.recovery;

import io.pgprimacy.core.postgres.Lsn;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Where recovery is to end; PostgreSQL's {@code recovery_target_*}. */
public sealed interface RecoveryTarget {

    /** The end of the WAL that there is. */
    record Latest() implements RecoveryTarget {}

    /** The last commit at or before it. */
    record Time(Instant time) implements RecoveryTarget {}

    record At(Lsn lsn) implements RecoveryTarget {}

    record Xid(long xid) implements RecoveryTarget {}

    /** A restore point, as {@code pg_create_restore_point} makes it. */
    record Name(String name) implements RecoveryTarget {}

    /** Throws {@link IllegalArgumentException} on what is none of them. */
    static RecoveryTarget parse(String text) {
        if (text.equals("latest")) {
            return new Latest();
        }
        if (text.startsWith("xid:")) {
            return new Xid(parseXid(text.substring("xid:".length())));
        }
        if (text.startsWith("name:") && text.length() > "name:".length()) {
            return new Name(text.substring("name:".length()));
        }
        if (text.matches("[0-9A-Fa-f]+/[0-9A-Fa-f]+")) {
            return new At(Lsn.parse(text));
        }
        return new Time(parseTime(text));
    }

    private static long parseXid(String text) {
        if (!text.matches("\\d{1,10}") || Long.parseLong(text) < 3 || Long.parseLong(text) > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("'" + text + "' is not the number of a transaction");
        }
        return Long.parseLong(text);
    }

    /** With its zone: nobody means the zone of the machine that happens to restore. */
    private static Instant parseTime(String text) {
        String iso =
                text.strip().replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) ", "$1T").replaceFirst(" ?(UTC|Z)$", "Z");
        try {
            return OffsetDateTime.parse(
                            iso.replaceFirst("([+-]\\d\\d)(\\d\\d)?$", "$1:$2").replaceFirst(":$", ":00"))
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not a target: latest, a time with its zone like 2026-11-23T15:50:03Z, an LSN, xid:N or name:NAME",
                    e);
        }
    }

    /** As one says it in a sentence. */
    default String describe() {
        return switch (this) {
            case Latest _ -> "the end of the WAL";
            case Time time -> time.time().toString();
            case At at -> at.lsn().toString();
            case Xid xid -> "transaction " + xid.xid();
            case Name name -> "restore point '" + name.name() + "'";
        };
    }

    /** How PostgreSQL writes a time in its settings. */
    static String postgresTime(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS+00", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }
}
