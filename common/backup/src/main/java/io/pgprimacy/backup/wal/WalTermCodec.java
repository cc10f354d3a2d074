package io.pgprimacy.backup.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Json;
import java.util.Arrays;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;

/**
 * A term as it lies in the bucket: JSON whose last member is the CRC32C of what stands before that member. It is not secret, and nothing else
 * would tell that a bit of it has changed: a flipped digit of the term would lock the primary's keeper out. Earlier documents have no sum; they are
 * read where they are, byte for byte, what was written then.
 */
public final class WalTermCodec {
    private static final String SUM = ",\"crc32c\":\"%08x\"}";
    private static final int SUM_LENGTH = SUM.formatted(0).length();

    private WalTermCodec() {}

    public static byte[] encode(WalTerm term) {
        byte[] body = withoutSum(term);
        // The closing brace comes after the sum.
        int length = body.length - 1;
        byte[] document = Arrays.copyOf(body, length + SUM_LENGTH);
        System.arraycopy(sum(body, length), 0, document, length, SUM_LENGTH);
        return document;
    }

    /** @param name of the object, which must be that of this term */
    public static WalTerm decode(WalPlace place, String name, byte[] document) throws RepositoryDamaged {
        WalTerm term = parse(name, document);
        int length = document.length - SUM_LENGTH;
        boolean summed = length > 0
                && Arrays.equals(sum(document, length), Arrays.copyOfRange(document, length, document.length));
        if (!summed && !Arrays.equals(document, withoutSum(term))) {
            throw new RepositoryDamaged(name + " is not what was written");
        }
        if (!place.term(term.term(), term.timeline()).equals(name)) {
            throw new RepositoryDamaged(name + " is about term " + term.term() + " on timeline " + term.timeline());
        }
        return term;
    }

    private static WalTerm parse(String name, byte[] document) throws RepositoryDamaged {
        try {
            return Json.mapper().readValue(document, WalTerm.class);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new RepositoryDamaged(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] withoutSum(WalTerm term) {
        return Json.mapper().writeValueAsBytes(term);
    }

    private static byte[] sum(byte[] document, int length) {
        CRC32C crc = new CRC32C();
        crc.update(document, 0, length);
        return SUM.formatted((int) crc.getValue()).getBytes(UTF_8);
    }
}
