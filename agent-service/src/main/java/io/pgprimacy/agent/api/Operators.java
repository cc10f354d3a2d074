package io.pgprimacy.agent.api;

import io.pgprimacy.agent.config.ConfigurationFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who may ask for changes at this agent's port, by HTTP Basic authentication, which is what Patroni's tools can do. The port is reached
 * by load balancers and monitoring, so without such a file nobody may.
 *
 * @param passwords by name
 */
public record Operators(SortedMap<String, String> passwords) {
    private static final int SHORTEST = 12;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");
    private static final String SCHEME = "Basic ";

    public Operators {
        passwords = Collections.unmodifiableSortedMap(new TreeMap<>(passwords));
    }

    /** Lines of {@code name:password}; empty ones and those that begin with # are left out. */
    public static Operators read(Path file) {
        try {
            return of(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new ConfigurationFailure(
                    "api.operators.file " + file + " cannot be read: " + e.getMessage(),
                    "Make one with lines of name:password, readable for the agent alone, or take the setting out.");
        }
    }

    private static Operators of(Path file, List<String> lines) {
        TreeMap<String, String> passwords = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String password = colon < 0 ? "" : line.substring(colon + 1);
            if (!NAME.matcher(name).matches() || password.length() < SHORTEST) {
                throw new ConfigurationFailure(
                        "line " + (i + 1) + " of api.operators.file " + file + " is no name:password with at least "
                                + SHORTEST + " characters of password",
                        "Make one with: openssl rand -hex 16");
            }
            if (passwords.put(name, password) != null) {
                throw new ConfigurationFailure(
                        "api.operators.file " + file + " names " + name + " twice", "Take one of the lines out.");
            }
        }
        if (passwords.isEmpty()) {
            throw new ConfigurationFailure(
                    "api.operators.file " + file + " names nobody",
                    "Add lines of name:password, or take the setting out.");
        }
        return new Operators(passwords);
    }

    /** @param authorization the header's value */
    Optional<String> who(Optional<String> authorization) {
        return authorization
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .flatMap(header -> decode(header.substring(SCHEME.length()).strip()))
                .flatMap(this::check);
    }

    private Optional<String> check(String credentials) {
        int colon = credentials.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String name = credentials.substring(0, colon);
        String expected = passwords.get(name);
        // Somebody who is not known takes as long as a wrong password.
        boolean right =
                MessageDigest.isEqual(bytes(credentials.substring(colon + 1)), bytes(expected == null ? "" : expected));
        return expected != null && right ? Optional.of(name) : Optional.empty();
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return passwords.keySet().toString();
    }
}
