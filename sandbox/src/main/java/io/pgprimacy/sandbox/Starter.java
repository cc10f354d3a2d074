package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs start scripts, several at once. */
public final class Starter {
    private final Layout layout;

    public Starter(Layout layout) {
        this.layout = layout;
    }

    /** A start script at work. */
    public final class Running {
        private final Unit unit;
        private final Process script;
        private final long logBefore;

        private Running(Unit unit, Process script, long logBefore) {
            this.unit = unit;
            this.script = script;
            this.logBefore = logBefore;
        }

        /** Returns what the script said once the unit answers. */
        public String await() {
            try {
                String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                if (script.waitFor() != 0) {
                    throw new SandboxFailure(
                            unit.name() + " did not start" + LogTail.of(layout.log(unit), logBefore),
                            "see " + layout.log(unit));
                }
                return said;
            } catch (IOException e) {
                throw new SandboxFailure(unit.name() + " did not start: " + e, "see " + layout.log(unit), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SandboxFailure("interrupted while " + unit.name() + " was starting", "start again", e);
            }
        }
    }

    /** Begins to start a unit; one that runs already is left as it is. */
    public Running begin(Unit unit) {
        long logBefore = layout.log(unit).toFile().length();
        try {
            return new Running(
                    unit,
                    new ProcessBuilder(layout.startScript(unit).toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start(),
                    logBefore);
        } catch (IOException e) {
            throw new SandboxFailure(
                    "cannot run " + layout.startScript(unit) + ": " + e.getMessage(), "is bash installed?", e);
        }
    }

    public List<String> startAll(List<Unit> units) {
        List<Running> begun = units.stream().map(this::begin).toList();
        List<String> said = new ArrayList<>();
        for (Running each : begun) {
            said.add(each.await());
        }
        return said;
    }
}
