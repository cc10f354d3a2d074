package io.pgprimacy.backup.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One object as it lies in the store, and how to tell that it still is what was written, without any key.
 *
 * @param name relative to the backup's directory
 * @param parts in their order; an object that was put in one piece has one
 */
public record StoredObject(String name, List<Part> parts) {

    /** @param sha256 of the stored bytes, hex */
    public record Part(long length, String sha256) {
        private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

        public Part {
            if (length < 0 || !DIGEST.matcher(sha256).matches()) {
                throw new IllegalArgumentException("a part needs a length and a SHA-256: " + length + ", " + sha256);
            }
        }

        public static Part of(byte[] content, int length) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(content, 0, length);
                return new Part(length, HexFormat.of().formatHex(digest.digest()));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no SHA-256", e);
            }
        }
    }

    public StoredObject {
        parts = List.copyOf(parts);
        if (name.isEmpty() || parts.isEmpty()) {
            throw new IllegalArgumentException("a stored object needs a name and at least one part");
        }
    }

    public long length() {
        return parts.stream().mapToLong(Part::length).sum();
    }
}
