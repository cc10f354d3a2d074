package io.pgprimacy.storage.api;

import org.jspecify.annotations.Nullable;

/** Checks of what came in a request's body. What they throw becomes a 400. */
final class Required {
    private static final int LONGEST_TEXT = 1000;

    private Required() {}

    static <T> T given(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    /** Something that a person wrote, for persons. */
    static String text(String name, @Nullable String value) {
        String text = given(name, value).strip();
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(name + " must have 1 to " + LONGEST_TEXT + " characters");
        }
        return text;
    }
}
