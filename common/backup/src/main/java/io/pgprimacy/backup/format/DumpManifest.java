package io.pgprimacy.backup.format;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The document that is written last and makes a logical backup one. Each database is as it was at one moment, and no two of them at the same
 * one. The objects of a dump follow one another: {@code data/00000003}, {@code data/00000004}, …, and together are what pg_dump wrote.
 *
 * @param node that it was taken from
 * @param began before the first snapshot was taken
 * @param ended after the last dump was stored
 * @param requested the databases that were named; none: all that accept connections
 * @param globals roles and tablespaces, as pg_dumpall writes them
 * @param objects the list of objects, itself an object
 */
public record DumpManifest(
        int format,
        BackupId id,
        ClusterId cluster,
        Incarnation incarnation,
        NodeId node,
        Server postgres,
        Instant began,
        Instant ended,
        List<String> requested,
        Dump globals,
        List<Database> databases,
        Totals totals,
        StoredObject objects) {

    public static final int FORMAT = 1;

    public DumpManifest {
        requested = List.copyOf(requested);
        databases = List.copyOf(databases);
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "logical backup " + id + " has format " + format + "; this version reads format " + FORMAT);
        }
        int next = 1;
        for (Dump dump : Stream.concat(Stream.of(globals), databases.stream().map(Database::dump))
                .toList()) {
            if (dump.first() != next || dump.objects() < 1 || dump.exitStatus() != 0) {
                throw new IllegalArgumentException("logical backup " + id + " cannot have the dump " + dump);
            }
            next += dump.objects();
        }
    }

    public BackupPlace place() {
        return new BackupPlace(cluster, incarnation, id, BackupPlace.Shelf.DUMPS);
    }

    /** How many data objects there are: data/00000001 to that number. */
    public int groups() {
        Dump last = databases.isEmpty() ? globals : databases.getLast().dump();
        return last.first() + last.objects() - 1;
    }

    public Optional<Database> database(String name) {
        return databases.stream().filter(d -> d.name().equals(name)).findFirst();
    }

    /**
     * The instance that was dumped.
     *
     * @param version {@code server_version_num}
     * @param standby whether it was one: rows of unlogged tables are not in the dump then
     * @param program what {@code pg_dump --version} said
     */
    public record Server(SystemIdentifier systemIdentifier, int version, boolean standby, String program) {}

    /**
     * What one program wrote.
     *
     * @param first number of its first object
     * @param bytes that it wrote
     * @param sha256 of these bytes, hex
     * @param exitStatus of the program; a dump whose program failed is in no manifest
     */
    public record Dump(int first, int objects, long bytes, String sha256, int exitStatus) {}

    /**
     * With what is needed to create it; the archive holds the same.
     *
     * @param provider of its collation: libc, icu or builtin
     * @param locale of a provider that is not libc; empty otherwise
     * @param lsn at {@code began}, just before its snapshot was taken: the dump has everything that was committed by then
     */
    public record Database(
            String name,
            String owner,
            String encoding,
            String collate,
            String ctype,
            String provider,
            String locale,
            Instant began,
            Lsn lsn,
            Dump dump) {}

    /**
     * @param bytes that the programs wrote
     * @param stored bytes of all objects
     */
    public record Totals(long bytes, long stored) {}
}
