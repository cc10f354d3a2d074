package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * JSON Schemas (2020-12) of the events' bodies, made of the types by the same rules by which {@link EventJson} writes them. A property that
 * is not known is allowed, for an event may gain optional ones.
 */
final class EventSchemas {
    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** Where they are published; an identifier, nothing is fetched from there. */
    private static final String ID = "urn:pgprimacy:schema:";

    private static final Map<Class<?>, Map<String, Object>> SCALARS = Map.ofEntries(
            Map.entry(String.class, Map.of("type", "string")),
            Map.entry(boolean.class, Map.of("type", "boolean")),
            Map.entry(int.class, Map.of("type", "integer")),
            Map.entry(long.class, Map.of("type", "integer")),
            Map.entry(OptionalInt.class, Map.of("type", "integer")),
            Map.entry(OptionalLong.class, Map.of("type", "integer")),
            Map.entry(Duration.class, ordered("type", "string", "pattern", "^-?PT?[0-9.HMSD-]+$")),
            Map.entry(Instant.class, ordered("type", "string", "format", "date-time")),
            Map.entry(NodeId.class, ordered("type", "string", "pattern", "^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$")),
            Map.entry(ClusterId.class, ordered("type", "string", "pattern", "^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$")),
            Map.entry(SystemIdentifier.class, ordered("type", "string", "pattern", "^[0-9]+$")),
            Map.entry(Lsn.class, ordered("type", "string", "pattern", "^[0-9A-F]{1,8}/[0-9A-F]{1,8}$")),
            Map.entry(Term.class, ordered("type", "integer", "minimum", 0)),
            Map.entry(TimelineId.class, ordered("type", "integer", "minimum", 0, "maximum", 4294967295L)));

    private static final Set<Class<?>> OPTIONAL = Set.of(Optional.class, OptionalInt.class, OptionalLong.class);

    private final SortedMap<String, Object> definitions = new TreeMap<>();

    private EventSchemas() {}

    static Map<String, Object> of(String name, Class<? extends ClusterEvent> event) {
        EventSchemas schemas = new EventSchemas();
        Map<String, Object> body = schemas.record(event, Optional.empty());
        Map<String, Object> schema = ordered("$schema", DIALECT, "$id", ID + name, "title", event.getSimpleName());
        schema.putAll(body);
        if (!schemas.definitions.isEmpty()) {
            schema.put("$defs", schemas.definitions);
        }
        return schema;
    }

    private Map<String, Object> value(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        Class<?> raw = (Class<?>) type;
        if (SCALARS.containsKey(raw)) {
            return SCALARS.get(raw);
        }
        String name = nameOf(raw);
        if (!definitions.containsKey(name)) {
            // First its place: a type may contain itself.
            definitions.put(name, Map.of());
            definitions.put(name, definition(raw));
        }
        return Map.of("$ref", "#/$defs/" + name);
    }

    private Map<String, Object> definition(Class<?> raw) {
        if (raw.isEnum()) {
            return Map.of(
                    "enum",
                    Arrays.stream(raw.getEnumConstants()).map(Object::toString).toList());
        }
        if (raw.isSealed()) {
            return Map.of(
                    "oneOf",
                    EventTypes.leaves(raw).stream()
                            .map(leaf -> record(leaf, Optional.of(EventTypes.kebab(leaf))))
                            .toList());
        }
        if (raw.isRecord()) {
            return record(raw, Optional.empty());
        }
        throw new IllegalStateException("no schema of " + raw + ": say in EventSchemas how it looks");
    }

    private Map<String, Object> generic(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw == Optional.class) {
            return value(arguments[0]);
        }
        if (Map.class.isAssignableFrom(raw)) {
            return ordered("type", "object", "additionalProperties", value(arguments[1]));
        }
        return ordered("type", "array", "items", value(arguments[0]));
    }

    /** @param kind where it is one of several */
    private Map<String, Object> record(Class<?> type, Optional<String> kind) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        kind.ifPresent(k -> {
            properties.put("kind", Map.of("const", k));
            required.add("kind");
        });
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(component.getName(), value(component.getGenericType()));
            boolean optional = OPTIONAL.contains(component.getType());
            if (!optional) {
                required.add(component.getName());
            }
        }
        derived(type).forEach(name -> properties.put(name, Map.of("type", "boolean")));
        return ordered("type", "object", "properties", properties, "required", required);
    }

    /** {@code isGood()} is written as {@code good}, for people; no reader needs it. */
    private static List<String> derived(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getParameterCount() == 0)
                .filter(m -> m.getReturnType() == boolean.class)
                .map(Method::getName)
                .filter(name -> name.matches("is[A-Z].*"))
                .map(name -> Character.toLowerCase(name.charAt(2)) + name.substring(3))
                .sorted()
                .toList();
    }

    /** {@code PostgresView.Primary} is a name that is used elsewhere, too. */
    private static String nameOf(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : nameOf(outer) + "." + type.getSimpleName();
    }

    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
