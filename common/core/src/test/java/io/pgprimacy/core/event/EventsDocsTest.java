package io.pgprimacy.core.event;

import io.pgprimacy.core.Golden;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventsDocsTest {
    private static final String OURS = "io.pgprimacy.";

    @Test
    void the_event_catalogue_is_the_code() {
        StringBuilder text = new StringBuilder("""
                # Events

                Everything that can stand in a cluster log, by kind. On the wire each one is a CloudEvent in binary mode whose type is
                derived from its name: `StandbyPledged` is `io.pgprimacy.fact.standby-pledged.v1`. The meaning of each is in its
                Javadoc, a sample of each is in `common/log/src/test/resources/golden`.
                Generated from `ClusterEvent`; `./dev docs` rewrites it.
                """);
        kind(text, "Heartbeats", "superseded by the next one of the same writer", Heartbeat.class);
        kind(text, "Facts", "what has happened on a node, stated by its agent; kept for ever", Fact.class);
        kind(text, "Requests", "what a person asks for, appended by a coordinator; kept for ever", Request.class);
        kind(text, "Decisions", "what a coordinator has decided; kept for ever", Decision.class);
        values(text);
        Golden.documents("docs/reference/events.md", text.toString());
    }

    private static void kind(StringBuilder text, String title, String meaning, Class<?> sealed) {
        text.append("\n## ")
                .append(title)
                .append("\n\n")
                .append(capital(meaning))
                .append(".\n");
        text.append("\n| event | carries |\n| --- | --- |\n");
        eventsOf(sealed).forEach(e -> row(text, e));
    }

    /** What events are made of, down to what the JDK has: by name, each once. */
    private static void values(StringBuilder text) {
        SortedMap<String, Class<?>> found = new TreeMap<>();
        eventsOf(ClusterEvent.class).forEach(e -> collect(e, found));
        text.append("\n## Values\n\nWhat events are made of.\n\n| value | is |\n| --- | --- |\n");
        found.values().forEach(v -> row(text, v));
    }

    private static void row(StringBuilder text, Class<?> type) {
        text.append("| ").append(name(type)).append(" | ").append(shape(type)).append(" |\n");
    }

    private static String shape(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + join(Arrays.stream(type.getEnumConstants()).map(Object::toString));
        }
        if (type.isSealed()) {
            return "one of " + join(Arrays.stream(type.getPermittedSubclasses()).map(EventsDocsTest::name));
        }
        String components = Arrays.stream(type.getRecordComponents())
                .map(c -> c.getName() + ": `" + name(c.getGenericType()) + "`")
                .collect(Collectors.joining(", "));
        return components.isEmpty() ? "nothing besides its name" : components;
    }

    private static void collect(Type type, SortedMap<String, Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(t -> collect(t, found));
        } else if (type instanceof Class<?> seen && seen.getName().startsWith(OURS)) {
            boolean event = ClusterEvent.class.isAssignableFrom(seen);
            if (!event && found.put(name(seen), seen) != null) {
                return;
            }
            if (seen.isSealed()) {
                Arrays.stream(seen.getPermittedSubclasses()).forEach(t -> collect(t, found));
            } else if (seen.isRecord()) {
                Arrays.stream(seen.getRecordComponents()).forEach(c -> collect(c.getGenericType(), found));
            }
        }
    }

    private static List<Class<?>> eventsOf(Class<?> type) {
        if (!type.isSealed()) {
            return List.of(type);
        }
        List<Class<?>> events = new ArrayList<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            events.addAll(eventsOf(permitted));
        }
        return events;
    }

    /** {@code Optional<PostgresView.Upstream>}, without packages; events without the kind that encloses them. */
    private static String name(Type type) {
        String plain = type.getTypeName().replaceAll("[a-z0-9]+\\.", "").replace('$', '.');
        boolean event = type instanceof Class<?> seen && ClusterEvent.class.isAssignableFrom(seen);
        return event ? plain.substring(plain.lastIndexOf('.') + 1) : plain;
    }

    private static String join(Stream<String> names) {
        return names.map(n -> "`" + n + "`").collect(Collectors.joining(", "));
    }

    private static String capital(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
