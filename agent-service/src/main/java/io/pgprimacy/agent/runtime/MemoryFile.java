package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.process.BootId;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.agent.state.DurableFile;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.Promise;
import io.pgprimacy.core.plan.Divergence;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Keeps {@link LocalMemory} in a file of {@code key=value} lines. {@link #write} returns only when it would survive a power cut. A
 * damaged file is an error and never an empty memory: forgetting a pledge is worse than not starting.
 */
public final class MemoryFile {
    /** Written last; a file without it was cut short. */
    private static final String END = "end";

    private final Path file;
    private final UptimeClock uptime;
    private final String boot;

    public MemoryFile(Path file) {
        this(file, UptimeClock.system(), BootId.current());
    }

    MemoryFile(Path file, UptimeClock uptime, String boot) {
        this.file = file;
        this.uptime = uptime;
        this.boot = boot;
    }

    public LocalMemory read() {
        if (!Files.exists(file)) {
            return LocalMemory.NEW;
        }
        Properties values = new Properties();
        try {
            values.load(new StringReader(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("the agent's memory " + file + " cannot be read", e);
        }
        if (values.getProperty(END) == null) {
            throw new IllegalStateException("the agent's memory " + file + " is cut short");
        }
        return new LocalMemory(
                term(values, "termSeen"),
                Long.parseLong(values.getProperty("sequenceSeen", "0")),
                term(values, "pledged"),
                term(values, "primaryOf"),
                term(values, "relinquished"),
                promise(values),
                Optional.ofNullable(values.getProperty("extendedAt")).map(Long::valueOf),
                divergence(values),
                Optional.ofNullable(values.getProperty("unusable")),
                Optional.ofNullable(values.getProperty("quarantine")),
                Long.parseLong(values.getProperty("restartedFor", "0")));
    }

    public void write(LocalMemory memory) {
        TreeMap<String, String> values = new TreeMap<>();
        values.put("termSeen", memory.termSeen().toString());
        values.put("sequenceSeen", Long.toString(memory.sequenceSeen()));
        values.put("pledged", memory.pledged().toString());
        values.put("primaryOf", memory.primaryOf().toString());
        values.put("relinquished", memory.relinquished().toString());
        memory.promise().ifPresent(p -> {
            values.put("promise.term", p.term().toString());
            values.put("promise.to", p.to().toString());
            values.put("promise.lengthMillis", Long.toString(p.length().toMillis()));
            values.put("promise.untilMillis", Long.toString(p.until().toMillis() + 1));
            values.put("promise.boot", boot);
        });
        memory.extendedAt().ifPresent(v -> values.put("extendedAt", v.toString()));
        values.put("restartedFor", Long.toString(memory.restartedFor()));
        memory.unusable().ifPresent(v -> values.put("unusable", v));
        memory.quarantine().ifPresent(v -> values.put("quarantine", v));
        memory.divergence().ifPresent(d -> {
            values.put("divergence.term", d.term().toString());
            values.put("divergence.timeline", d.timeline().toString());
            values.put("divergence.from", d.from().toString());
            values.put("divergence.to", d.to().toString());
            values.put("divergence.saved", Boolean.toString(d.saved()));
            values.put("divergence.rewindFailed", Boolean.toString(d.rewindFailed()));
        });
        StringBuilder text = new StringBuilder("# what this node has seen and promised; do not edit\n");
        values.forEach((key, value) ->
                text.append(key).append('=').append(escape(value)).append('\n'));
        text.append(END).append("=1\n");
        try {
            DurableFile.write(file, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("the agent's memory " + file + " cannot be written", e);
        }
    }

    private static Term term(Properties values, String key) {
        return new Term(Long.parseLong(required(values, key)));
    }

    /** Uptimes are of one boot only. */
    private Optional<Promise> promise(Properties values) {
        if (values.getProperty("promise.term") == null) {
            return Optional.empty();
        }
        Promise written = new Promise(
                term(values, "promise.term"),
                new NodeId(required(values, "promise.to")),
                Duration.ofMillis(Long.parseLong(required(values, "promise.lengthMillis"))),
                Duration.ofMillis(Long.parseLong(required(values, "promise.untilMillis"))));
        return Optional.of(required(values, "promise.boot").equals(boot) ? written : written.afterBoot(uptime.now()));
    }

    private static Optional<Divergence> divergence(Properties values) {
        if (values.getProperty("divergence.term") == null) {
            return Optional.empty();
        }
        return Optional.of(new Divergence(
                term(values, "divergence.term"),
                new TimelineId(Long.parseLong(required(values, "divergence.timeline"))),
                Lsn.parse(required(values, "divergence.from")),
                Lsn.parse(required(values, "divergence.to")),
                Boolean.parseBoolean(required(values, "divergence.saved")),
                Boolean.parseBoolean(required(values, "divergence.rewindFailed"))));
    }

    private static String required(Properties values, String key) {
        String value = values.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("the agent's memory lacks " + key);
        }
        return value;
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }
}
