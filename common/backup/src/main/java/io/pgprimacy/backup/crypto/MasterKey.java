package io.pgprimacy.backup.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.RepositoryDamaged;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that wraps data keys, and is never in the repository. As text: {@code pgprimacy-master-key:1:} and 32 bytes in base64url without
 * padding. Losing it loses every backup that it wraps.
 */
public final class MasterKey {
    static final String ALGORITHM = "AES-256-GCM";

    private static final String PREFIX = "pgprimacy-master-key:1:";
    private static final int LENGTH = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int ID_BYTES = 8;

    private final byte[] secret;
    private final String id;

    private MasterKey(byte[] secret) {
        this.secret = secret;
        this.id = idOf(secret);
    }

    public static MasterKey generate(SecureRandom random) {
        byte[] secret = new byte[LENGTH];
        random.nextBytes(secret);
        return new MasterKey(secret);
    }

    /** The text is not repeated in the message of the exception: it is a secret, and messages end in logs. */
    public static MasterKey parse(String text) {
        String line = text.strip();
        if (!line.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a master key begins with " + PREFIX);
        }
        byte[] secret;
        try {
            secret = Base64.getUrlDecoder().decode(line.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a master key is base64url after " + PREFIX);
        }
        if (secret.length != LENGTH) {
            throw new IllegalArgumentException("a master key has " + LENGTH + " bytes, not " + secret.length);
        }
        return new MasterKey(secret);
    }

    /** The secret itself, for the file that is to hold it. */
    public String toSecretText() {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** Names the key and tells nothing of it. */
    public String id() {
        return id;
    }

    WrappedKey wrap(DataKey key, String scope, SecureRandom random) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, scope).doFinal(key.secret());
            byte[] wrapped = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, wrapped, NONCE, sealed.length);
            return new WrappedKey(
                    WrappedKey.FORMAT, id, ALGORITHM, HexFormat.of().formatHex(wrapped));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256-GCM", e);
        }
    }

    DataKey unwrap(WrappedKey key, String scope) throws RepositoryDamaged {
        try {
            byte[] wrapped = HexFormat.of().parseHex(key.wrapped());
            if (key.format() != WrappedKey.FORMAT || !key.algorithm().equals(ALGORITHM) || wrapped.length < NONCE) {
                throw new RepositoryDamaged("the key of " + scope + " is wrapped in a way that is not known: format "
                        + key.format() + ", " + key.algorithm());
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrapped, NONCE), scope);
            return new DataKey(cipher.doFinal(wrapped, NONCE, wrapped.length - NONCE));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new RepositoryDamaged("the key of " + scope + " does not unwrap with master key " + id, e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String scope) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(("pgprimacy/wrap/1\0" + scope).getBytes(UTF_8));
        return cipher;
    }

    private static String idOf(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] full = mac.doFinal("pgprimacy/key-id/1".getBytes(UTF_8));
            return HexFormat.of().formatHex(full, 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "master key " + id;
    }
}
