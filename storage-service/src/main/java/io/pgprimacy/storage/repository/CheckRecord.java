package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;

/**
 * What was verified of one backup.
 *
 * @param verified when a pass over all of it last ended, whatever it found
 * @param position how many objects of its list the present pass has behind it
 * @param sums SHA-256 of the objects that no list covers: the manifest and the keys, as they were when they were first seen
 * @param damaged objects that are not what was stored, by their names, until they are seen to be right again
 */
public record CheckRecord(
        Optional<Instant> verified, long position, SortedMap<String, String> sums, SortedMap<String, Damage> damaged) {
    private static final int DIGEST = 64;

    /** How an object differs from what was stored. */
    public record Damage(Instant seen, String expected, String found) {}

    public CheckRecord {
        sums = new TreeMap<>(sums);
        damaged = new TreeMap<>(damaged);
    }

    static CheckRecord none() {
        return new CheckRecord(Optional.empty(), 0, new TreeMap<>(), new TreeMap<>());
    }

    /** Its own SHA-256 first: a flipped bit here must not accuse a backup, or acquit one. */
    byte[] encode() {
        byte[] body = Json.mapper().writeValueAsBytes(this);
        return (sha256(body) + "\n" + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    static CheckRecord decode(String name, byte[] document) throws RepositoryDamaged {
        String text = new String(document, StandardCharsets.UTF_8);
        if (text.length() <= DIGEST) {
            throw new RepositoryDamaged(name + " is cut short");
        }
        String body = text.substring(DIGEST + 1);
        if (!text.startsWith(sha256(body.getBytes(StandardCharsets.UTF_8)) + "\n")) {
            throw new RepositoryDamaged(name + " is not what was written");
        }
        try {
            return Json.mapper().readValue(body, CheckRecord.class);
        } catch (JacksonException e) {
            throw new RepositoryDamaged(name + " cannot be read", e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
