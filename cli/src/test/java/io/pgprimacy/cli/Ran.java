package io.pgprimacy.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A command that has run. */
record Ran(int code, String out, String err) {

    static Ran of(String... arguments) {
        return with(Map.of(), arguments);
    }

    /** Against that coordinator. */
    static Ran at(FakeCoordinator coordinator, String... arguments) {
        return with(Map.of("PGPRIMACY_URL", coordinator.url()), arguments);
    }

    static Ran with(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        App app = new App(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                false);
        int code = Main.run(app, arguments);
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
