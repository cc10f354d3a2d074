package io.pgprimacy.backup.format;

import io.pgprimacy.backup.format.StoredObject.Part;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Compares bytes, as they pass, with what an object should consist of. Takes no memory, whatever the object's length. */
public final class ObjectComparison {
    private final StoredObject expected;
    private final MessageDigest digest;
    private int part;
    private long inPart;
    private long total;
    private Optional<Difference> difference = Optional.empty();

    /** Where it first differs. */
    public record Difference(String expected, String found) {
        @Override
        public String toString() {
            return "expected " + expected + ", found " + found;
        }
    }

    public ObjectComparison(StoredObject expected) {
        this.expected = expected;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    public void update(byte[] bytes, int offset, int length) {
        total += length;
        int from = offset;
        int left = length;
        while (left > 0 && part < expected.parts().size()) {
            int taken = (int) Math.min(left, expected.parts().get(part).length() - inPart);
            digest.update(bytes, from, taken);
            inPart += taken;
            from += taken;
            left -= taken;
            endFullParts();
        }
    }

    /** After the last byte: how it differs, or empty where it is what it should be. */
    public Optional<Difference> finish() {
        if (total != expected.length()) {
            return Optional.of(new Difference(expected.length() + " bytes", total + " bytes"));
        }
        endFullParts();
        return difference;
    }

    private void endFullParts() {
        while (part < expected.parts().size()
                && inPart == expected.parts().get(part).length()) {
            Part ended = expected.parts().get(part);
            String found = HexFormat.of().formatHex(digest.digest());
            if (difference.isEmpty() && !found.equals(ended.sha256())) {
                String where = "part " + (part + 1) + " with SHA-256 ";
                difference = Optional.of(new Difference(where + ended.sha256(), where + found));
            }
            part++;
            inPart = 0;
        }
    }
}
