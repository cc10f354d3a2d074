package io.pgprimacy.coordinator.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a receiver knows us by, as Standard Webhooks (standardwebhooks.com) has it, so that its libraries can check what we send. */
public final class Secret {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;

    private final byte[] key;

    private Secret(byte[] key) {
        this.key = key;
    }

    /** Its content is {@code whsec_} and base64, or the key as it stands; throws {@link IllegalArgumentException} with what is wrong. */
    public static Secret read(Path file) {
        try {
            return of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IllegalArgumentException("the secret's file " + file + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    static Secret of(String text) {
        byte[] key = text.startsWith(PREFIX)
                ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
                : text.getBytes(StandardCharsets.UTF_8);
        if (key.length < SHORTEST) {
            throw new IllegalArgumentException("a secret has at least " + SHORTEST + " bytes, this one " + key.length);
        }
        return new Secret(key);
    }

    /** @param seconds since 1970, when it is sent: whoever gets an old one again is being deceived */
    String sign(String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
