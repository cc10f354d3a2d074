package io.pgprimacy.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.Version;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

/**
 * How the core's values look in JSON. The core knows nothing of it, so what others write as annotations is said here once, by
 * the shape of the types:
 *
 * <ul>
 *   <li>a name or counter is a plain scalar, an LSN PostgreSQL's text ({@code 0/3000060}), a duration ISO-8601
 *       ({@code PT0.5S}: exact, so that a decision can be recomputed from its evidence, and readable);
 *   <li>a value of a sealed type has {@code kind}, its record's name in kebab case;
 *   <li>an absent optional is left out; everything else must be there, or a record of another version would put a null where
 *       the rules expect a value. Hence an event only ever gains optional properties; anything more is a new version of it;
 *   <li>what is not known is ignored.
 * </ul>
 */
public final class EventJson {
    private EventJson() {}

    /** A mapper for events and for every type they contain; REST interfaces that show them use the same. */
    public static JsonMapper mapper() {
        return JsonMapper.builder()
                .annotationIntrospector(new ByShape())
                .addModule(scalars())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                // A text where a number belongs is a mistake, and the next reader may be stricter than this one.
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                .build();
    }

    private static SimpleModule scalars() {
        SimpleModule module = new SimpleModule("pgprimacy", Version.unknownVersion());
        text(module, ClusterId.class, ClusterId::value, ClusterId::new);
        text(module, NodeId.class, NodeId::value, NodeId::new);
        text(module, SystemIdentifier.class, SystemIdentifier::value, SystemIdentifier::new);
        text(module, Lsn.class, LsnText::write, LsnText::read);
        number(module, Term.class, Term::value, Term::new);
        number(module, TimelineId.class, TimelineId::value, TimelineId::new);
        return module;
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                out.writeString(write.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                expect(JsonToken.VALUE_STRING, type, in, context);
                return read.apply(in.getString());
            }
        });
        module.addKeySerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                out.writeName(write.apply(value));
            }
        });
        module.addKeyDeserializer(type, new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return read.apply(key);
            }
        });
    }

    private static <T> void number(SimpleModule module, Class<T> type, ToLongFunction<T> write, LongFunction<T> read) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializationContext context) {
                out.writeNumber(write.applyAsLong(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                expect(JsonToken.VALUE_NUMBER_INT, type, in, context);
                return read.apply(in.getLongValue());
            }
        });
    }

    private static void expect(JsonToken token, Class<?> type, JsonParser in, DeserializationContext context) {
        if (!in.hasToken(token)) {
            context.handleUnexpectedToken(type, in);
        }
    }

    /** Answers Jackson's questions about a type from its shape instead of from annotations. */
    private static final class ByShape extends JacksonAnnotationIntrospector {
        private static final Set<Class<?>> OPTIONAL =
                Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

        @Override
        public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            return isSealed(annotated)
                    ? JsonTypeInfo.Value.construct(
                            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "kind", null, false, true)
                    : super.findPolymorphicTypeInfo(config, annotated);
        }

        @Override
        public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
            return isSealed(annotated)
                    ? EventTypes.leaves(annotated.getRawType()).stream()
                            .map(leaf -> new NamedType(leaf, EventTypes.kebab(leaf)))
                            .toList()
                    : super.findSubtypes(config, annotated);
        }

        @Override
        public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            return (member instanceof AnnotatedParameter p
                            && p.getDeclaringClass().isRecord())
                    ? Boolean.valueOf(!OPTIONAL.contains(p.getRawType()))
                    : super.hasRequiredMarker(config, member);
        }

        private static boolean isSealed(Annotated annotated) {
            // Members are asked about as well; there the type itself answers.
            return annotated instanceof tools.jackson.databind.introspect.AnnotatedClass
                    && annotated.getRawType().isSealed();
        }
    }
}
