package io.pgprimacy.agent.peers;

import io.pgprimacy.agent.config.ConfigurationFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What all agents of a cluster know and nobody else: HMAC-SHA256 over each message tells that it comes from one of them. */
public final class PeerSecret {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 16;

    private final SecretKeySpec key;

    private PeerSecret(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** The file's text without white space at its ends. */
    public static PeerSecret read(Path file) {
        try {
            return of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new ConfigurationFailure(
                    "peers.secret.file " + file + " cannot be read: " + e.getMessage(),
                    "Give every agent of the cluster the same file, readable for the agent alone.");
        }
    }

    static PeerSecret of(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SHORTEST) {
            throw new ConfigurationFailure(
                    "the secret of the peers is shorter than " + SHORTEST + " characters",
                    "Make one with: openssl rand -hex 32");
        }
        return new PeerSecret(bytes);
    }

    /** @param kind keeps a message of one kind from passing for one of another */
    String sign(String kind, String message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal((kind + "\n" + message).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }

    boolean isSignedBy(String kind, String message, String signature) {
        return MessageDigest.isEqual(
                sign(kind, message).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }
}
