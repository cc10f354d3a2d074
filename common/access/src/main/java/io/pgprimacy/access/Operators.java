package io.pgprimacy.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who may ask for changes. They show a token ({@code Bearer}), or their name with it ({@code Basic}, which is what browsers and Patroni's
 * tools can do). Tokens are 256 random bits, for which one round of SHA-256 is as good as any: nobody guesses one from its hash.
 */
public final class Operators {
    private static final int SHORTEST = 12;
    private static final int TOKEN_BYTES = 32;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");
    private static final String HASHED = "$sha256$";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    private final SortedMap<String, byte[]> hashes;

    private Operators(SortedMap<String, byte[]> hashes) {
        this.hashes = hashes;
    }

    /** Lines of {@code name:$sha256$HEX}, or {@code name:password}; empty ones and those that begin with # are left out. */
    public static Operators read(Path file) {
        try {
            return of(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new OperatorsRefused(
                    "the operators' file " + file + " cannot be read: " + e.getMessage(),
                    "make one with the lines that pgprimacy operator prints, readable for this process alone, or take"
                            + " the setting out");
        }
    }

    /** @param file that the lines are from, for what is said of them */
    public static Operators of(Path file, List<String> lines) {
        TreeMap<String, byte[]> hashes = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            Optional<byte[]> hash =
                    NAME.matcher(name).matches() && colon >= 0 ? hashOf(line.substring(colon + 1)) : Optional.empty();
            if (hash.isEmpty()) {
                throw new OperatorsRefused(
                        "line " + (i + 1) + " of the operators' file " + file + " is no name:$sha256$HASH, and no"
                                + " name:password with at least " + SHORTEST + " characters of password",
                        "pgprimacy operator NAME --out FILE makes a token and prints the line for it");
            }
            if (hashes.containsKey(name)) {
                throw new OperatorsRefused(
                        "the operators' file " + file + " names " + name + " twice", "take one of the lines out");
            }
            if (hashes.values().stream().anyMatch(other -> MessageDigest.isEqual(other, hash.get()))) {
                throw new OperatorsRefused(
                        "the operators' file " + file + " gives " + name + " the secret of another",
                        "give each a secret of their own: it tells who they are");
            }
            hashes.put(name, hash.get());
        }
        if (hashes.isEmpty()) {
            throw new OperatorsRefused(
                    "the operators' file " + file + " names nobody",
                    "add the lines that pgprimacy operator prints, or take the setting out");
        }
        return new Operators(hashes);
    }

    private static Optional<byte[]> hashOf(String secret) {
        if (secret.startsWith(HASHED)) {
            String hex = secret.substring(HASHED.length());
            return HASH.matcher(hex).matches() ? Optional.of(HexFormat.of().parseHex(hex)) : Optional.empty();
        }
        return secret.length() < SHORTEST ? Optional.empty() : Optional.of(sha256(secret));
    }

    /** A new secret. */
    public static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** What stands in the file for that operator. */
    public static String line(String name, String token) {
        return name + ":" + HASHED + HexFormat.of().formatHex(sha256(token));
    }

    /** @param authorization the header's value */
    public Optional<String> who(Optional<String> authorization) {
        return authorization.flatMap(header -> {
            if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                return holder(header.substring(BEARER.length()).strip());
            }
            return header.regionMatches(true, 0, BASIC, 0, BASIC.length())
                    ? decode(header.substring(BASIC.length()).strip()).flatMap(this::named)
                    : Optional.empty();
        });
    }

    /** All are compared, so that the time tells nothing. */
    private Optional<String> holder(String token) {
        byte[] shown = sha256(token);
        String found = null;
        for (var operator : hashes.entrySet()) {
            found = MessageDigest.isEqual(shown, operator.getValue()) ? operator.getKey() : found;
        }
        return Optional.ofNullable(found);
    }

    private Optional<String> named(String credentials) {
        int colon = credentials.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : holder(credentials.substring(colon + 1)).filter(credentials.substring(0, colon)::equals);
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return hashes.keySet().toString();
    }
}
