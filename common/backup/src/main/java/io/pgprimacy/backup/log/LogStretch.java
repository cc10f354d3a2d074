package io.pgprimacy.backup.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.core.id.ClusterId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;

/**
 * Some of a cluster's log: a line that says which, then the records as in an export, without heartbeats. Where one ends the next begins, and
 * with the head of the chain that this one ends with; so each can be verified alone, and all together have no gap.
 *
 * @param lines each with its line end
 */
public record LogStretch(Header header, String lines) {
    /** The head of the chain before the first record. */
    public static final String NO_HEAD = "0".repeat(64);

    /** Of the text; a writer stays far below it. */
    public static final int LARGEST = 16 * 1024 * 1024;

    private static final int FORMAT = 1;

    /**
     * @param from the offset behind the stretch before; 0 for the first
     * @param through offset of the last record
     * @param before head of the chain over decisions and requests before {@code from}
     * @param after the same behind {@code through}
     * @param sha256 of the lines
     */
    public record Header(
            int format,
            ClusterId cluster,
            Incarnation incarnation,
            long from,
            long through,
            long records,
            String before,
            String after,
            String sha256) {
        public LogPlace place() {
            return new LogPlace(cluster, incarnation, from);
        }
    }

    public static LogStretch of(LogPlace place, long through, long records, String before, String after, String lines) {
        return new LogStretch(
                new Header(
                        FORMAT,
                        place.cluster(),
                        place.incarnation(),
                        place.from(),
                        through,
                        records,
                        before,
                        after,
                        sha256(lines)),
                lines);
    }

    public String text() {
        return Json.mapper().writeValueAsString(header) + "\n" + lines;
    }

    /** Throws where that is not, to the byte, what was written for that place. */
    public static LogStretch parse(LogPlace place, String text) throws RepositoryDamaged {
        int end = text.indexOf('\n');
        if (end < 0) {
            throw new RepositoryDamaged(place.name() + " has no line");
        }
        Header header = header(place, text.substring(0, end));
        String lines = text.substring(end + 1);
        if (header.format() != FORMAT) {
            throw new RepositoryDamaged(
                    place.name() + " has format " + header.format() + ", which this version does not know");
        }
        if (!header.place().equals(place)) {
            throw new RepositoryDamaged(
                    place.name() + " says that it is " + header.place().name());
        }
        if (!header.sha256().equals(sha256(lines))) {
            throw new RepositoryDamaged(place.name() + " is not what was written: its hash is another");
        }
        if (!lines.endsWith("\n")
                || header.records() != lines.chars().filter(c -> c == '\n').count()
                || header.through() < header.from()) {
            throw new RepositoryDamaged(place.name() + " does not hold what its first line says");
        }
        return new LogStretch(header, lines);
    }

    private static Header header(LogPlace place, String line) throws RepositoryDamaged {
        try {
            Header header = Json.mapper().readValue(line, Header.class);
            if (header != null) {
                return header;
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new RepositoryDamaged(place.name() + " does not begin as a stretch of a log: " + e.getMessage(), e);
        }
        throw new RepositoryDamaged(place.name() + " begins with null");
    }

    /** As it is stored. */
    public byte[] encode() {
        return Zstd.compress(text().getBytes(UTF_8));
    }

    public static LogStretch decode(LogPlace place, byte[] stored) throws RepositoryDamaged {
        try (InputStream plain = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(stored))) {
            byte[] text = plain.readNBytes(LARGEST + 1);
            if (text.length > LARGEST) {
                throw new RepositoryDamaged(place.name() + " is longer than any stretch");
            }
            return parse(place, new String(text, UTF_8));
        } catch (RepositoryDamaged e) {
            throw e;
        } catch (IOException e) {
            throw new RepositoryDamaged(place.name() + " cannot be decompressed", e);
        }
    }

    private static String sha256(String lines) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
