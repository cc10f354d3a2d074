package io.pgprimacy.backup.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The key of one backup, or of one day of WAL. Nothing is encrypted with it: each object has a key of its own, derived from this one, so
 * that nonces need not be unique among objects, and an object that is put in another's place does not decrypt.
 */
public final class DataKey {
    static final int LENGTH = 32;

    private static final String FRAMES = "pgprimacy/frames/1";
    private static final String MANIFEST = "pgprimacy/manifest/1";

    private final byte[] secret;

    DataKey(byte[] secret) {
        if (secret.length != LENGTH) {
            throw new IllegalArgumentException("a data key has " + LENGTH + " bytes, not " + secret.length);
        }
        this.secret = secret.clone();
    }

    public static DataKey generate(SecureRandom random) {
        byte[] secret = new byte[LENGTH];
        random.nextBytes(secret);
        return new DataKey(secret);
    }

    byte[] secret() {
        return secret.clone();
    }

    /** The key of one object. What precedes the frames in it is part of the derivation, and thereby authenticated. */
    SecretKey ofObject(String name, byte[] header, byte[] salt) {
        byte[] label = FRAMES.getBytes(UTF_8);
        byte[] object = name.getBytes(UTF_8);
        byte[] info = ByteBuffer.allocate(label.length + 1 + header.length + object.length)
                .put(label)
                .put((byte) 0)
                .put(header)
                .put(object)
                .array();
        return derive("AES", salt, info);
    }

    /** The key that seals a manifest. */
    SecretKey ofManifest() {
        return derive("HmacSHA256", new byte[0], MANIFEST.getBytes(UTF_8));
    }

    private SecretKey derive(String algorithm, byte[] salt, byte[] info) {
        try {
            var parameters =
                    HKDFParameterSpec.ofExtract().addIKM(secret).addSalt(salt).thenExpand(info, LENGTH);
            return KDF.getInstance("HKDF-SHA256").deriveKey(algorithm, parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF-SHA256", e);
        }
    }
}
