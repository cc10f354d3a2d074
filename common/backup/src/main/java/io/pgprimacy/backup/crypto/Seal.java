package io.pgprimacy.backup.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;

/** A manifest's seal: whoever does not hold the backup's key can neither change the manifest nor make one up. */
public final class Seal {
    private Seal() {}

    /** HMAC-SHA256 in hex. */
    public static String of(DataKey key, byte[] document) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key.ofManifest());
            return HexFormat.of().formatHex(mac.doFinal(document));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    /** In constant time. */
    public static boolean matches(DataKey key, byte[] document, String seal) {
        byte[] expected = of(key, document).getBytes(US_ASCII);
        return MessageDigest.isEqual(expected, seal.getBytes(US_ASCII));
    }
}
