package io.pgprimacy.backup.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest.WalRange;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Writes PostgreSQL's {@code backup_manifest}, version 1 ("Backup Manifest Format" in its manual), which {@code pg_verifybackup} reads. A
 * file at a time, so its length costs no memory.
 */
public final class PostgresManifest {
    private static final DateTimeFormatter MODIFIED = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final OutputStream sink;
    private final DigestOutputStream out;
    private boolean any;

    public PostgresManifest(OutputStream sink) throws IOException {
        try {
            this.sink = sink;
            this.out = new DigestOutputStream(sink, MessageDigest.getInstance("SHA-256"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        write("{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [");
    }

    /** @param crc32c hex, as PostgreSQL prints the number's bytes in memory: the least significant first */
    public void add(String path, long size, Instant modified, int crc32c) throws IOException {
        write(any ? ",\n" : "\n");
        any = true;
        write("{ \"Path\": " + Json.mapper().writeValueAsString(path) + ", \"Size\": " + size
                + ", \"Last-Modified\": \"" + MODIFIED.format(modified) + "\", \"Checksum-Algorithm\": \"CRC32C\""
                + ", \"Checksum\": \"" + HexFormat.of().toHexDigits(Integer.reverseBytes(crc32c)) + "\" }");
    }

    /** Completes it and closes the sink. */
    public void finish(List<WalRange> walRanges) throws IOException {
        write("\n],\n\"WAL-Ranges\": [\n");
        for (int i = 0; i < walRanges.size(); i++) {
            WalRange range = walRanges.get(i);
            write((i > 0 ? ",\n" : "") + "{ \"Timeline\": " + range.timeline() + ", \"Start-LSN\": \"" + range.start()
                    + "\", \"End-LSN\": \"" + range.end() + "\" }");
        }
        write("\n],\n");
        // The digest covers every byte up to here.
        String digest = HexFormat.of().formatHex(out.getMessageDigest().digest());
        sink.write(("\"Manifest-Checksum\": \"" + digest + "\"}\n").getBytes(UTF_8));
        sink.close();
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
