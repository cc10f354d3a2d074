package io.pgprimacy.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every command shares with the world around it.
 *
 * @param out results only, for scripts to read
 * @param err progress, questions and failures
 * @param interactive true when a person can answer a question
 */
public record App(PrintStream out, PrintStream err, Map<String, String> environment, boolean interactive) {
    static final JsonMapper JSON = JsonMapper.shared();

    /** Standard streams in UTF-8, whatever the locale: names and reasons are UTF-8 in the log. */
    public static App ofProcess() {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        return new App(out, err, System.getenv(), atTerminal());
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal
    private static boolean atTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    void print(JsonNode document) {
        out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    void say(String progress) {
        err.println(progress);
    }

    /** Only after {@link #interactive}. */
    boolean confirm(String question) {
        err.print(question + " [y/N] ");
        err.flush();
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String answer = in.readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        } catch (IOException e) {
            return false;
        }
    }

    boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
