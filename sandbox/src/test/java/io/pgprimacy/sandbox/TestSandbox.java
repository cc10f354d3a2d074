package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A sandbox whose units are {@link Listener}s. */
final class TestSandbox {
    private TestSandbox() {}

    static Sandbox in(Path dir) throws IOException {
        return in(dir, new Choice(1, 1, 1, "fast", false, 1000, false));
    }

    static Sandbox in(Path dir, Choice choice) throws IOException {
        return in(dir, choice, unit -> Place.LOOPBACK);
    }

    static Sandbox in(Path dir, Choice choice, Function<String, Place> places) throws IOException {
        Layout layout = new Layout(dir.toRealPath().resolve("sandbox"));
        Programs programs = new Programs(dir, java(), Path.of("/nowhere"));
        Sandbox sandbox = Sandbox.create(layout, choice, programs, false, places);
        for (Unit unit : sandbox.spec().units()) {
            write(sandbox, unit, Integer.toString(unit.port()));
        }
        return sandbox;
    }

    static void write(Sandbox sandbox, Unit unit, String argument) throws IOException {
        Files.createDirectories(sandbox.layout().unitDir(unit));
        StartScript.write(
                sandbox.layout(),
                unit,
                List.of(
                        java().toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Listener.class.getName(),
                        argument));
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
