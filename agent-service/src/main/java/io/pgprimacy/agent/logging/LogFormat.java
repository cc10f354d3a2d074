package io.pgprimacy.agent.logging;

/** One line of text for each message, or one JSON object with the keys that coordinators use too. */
public enum LogFormat {
    TEXT,
    JSON;

    /**
     * @throws IllegalArgumentException for a word that is none of them
     */
    public static LogFormat parse(String word) {
        return switch (word) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw new IllegalArgumentException("it is text or json, not " + word);
        };
    }
}
