package io.pgprimacy.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;

/**
 * The walls around the core. Think hard about the layering before changing this file: every rule here is what lets a
 * coordinator, its successor and the simulation reach the same decision from the same log.
 */
@AnalyzeClasses(packages = "io.pgprimacy.core", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreWallsTest {

    @ArchTest
    static final ArchRule knows_the_jdk_and_itself_only = classes()
            .should()
            .onlyDependOnClassesThat(belongTo(
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.math",
                    "java.time",
                    "java.time.format",
                    "java.time.temporal",
                    "java.util",
                    "java.util.function",
                    "java.util.regex",
                    "java.util.stream",
                    "org.jspecify.annotations"))
            .because("what decides must run unchanged in the coordinator, in the agent and in the simulation:"
                    + " no I/O, no logging, no framework, and none of the layers above it");

    @ArchTest
    static final ArchRule is_told_the_time = noClasses()
            .should()
            .accessTargetWhere(describe("the target reads a clock or the environment", CoreWallsTest::readsTheWorld))
            .because("time and configuration are inputs: a decision that reads them itself cannot be replayed");

    @ArchTest
    static final ArchRule throws_no_dice = noClasses()
            .should()
            .dependOnClassesThat(named(
                    "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.util.concurrent.ThreadLocalRandom",
                    "java.security.SecureRandom"))
            .orShould()
            .accessTargetWhere(describe(
                    "the target is random",
                    access -> isCall(access, "java.util.UUID", "randomUUID")
                            || isCall(access, "java.lang.Math", "random")
                            || isCall(access, "java.util.Collections", "shuffle")
                            || isCall(access, "java.lang.System", "identityHashCode")))
            .because("two coordinators with the same log must not differ by chance");

    @ArchTest
    static final ArchRule has_no_threads = noClasses()
            .should()
            .dependOnClassesThat(named("java.lang.Thread", "java.lang.ThreadLocal", "java.util.Timer"))
            .orShould()
            .accessTargetWhere(describe(
                    "the target runs in parallel",
                    access -> Set.of("parallel", "parallelStream").contains(access.getName())))
            .because("the core is folded by one thread: concurrency belongs to the shell around it");

    @ArchTest
    static final ArchRule needs_no_locks =
            noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).because("there is nothing mutable to lock");

    @ArchTest
    static final ArchRule iterates_in_one_order = noClasses()
            .should()
            .dependOnClassesThat(named(
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.Hashtable",
                    "java.util.IdentityHashMap",
                    "java.util.WeakHashMap"))
            .orShould()
            .accessTargetWhere(
                    describe("the target makes an unordered collection", CoreWallsTest::makesAnUnorderedCollection))
            .because("hash order differs from one JVM start to the next, and two coordinators would break ties"
                    + " differently: use TreeMap, TreeSet, List, or a LinkedHash collection");

    @ArchTest
    static final ArchRule every_field_is_final = fields().that(
                    describe("are written, not generated", CoreWallsTest::isWritten))
            .and()
            .areDeclaredInClassesThat(describe(
                    "are neither a loop nor a draft",
                    c -> !c.getPackageName().equals("io.pgprimacy.core.loop")
                            && !c.getSimpleName().endsWith("Draft")))
            .should()
            .beFinal()
            .because("state is a value that is replaced, never one that changes under a reader; the loops hold the"
                    + " present value, and a draft never leaves the call that fills it");

    @ArchTest
    static final ArchRule every_type_is_closed = classes()
            .that(describe("not anonymous or synthetic", CoreWallsTest::isNamed))
            .should(beClosed())
            .because("a switch over a sealed type names what is missing; an open class can be subclassed into"
                    + " something the rules never considered");

    @ArchTest
    static final ArchRule packages_form_no_cycles = slices().matching("io.pgprimacy.core.(*)..")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true)
            .because("a package that needs its user cannot be understood, or tested, without it");

    @ArchTest
    static final ArchRule names_come_from_the_field = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
            .because("such a name says that nobody knew what the class is for");

    private static boolean readsTheWorld(JavaAccess<?> access) {
        boolean zeroArgumentNow = access.getName().equals("now")
                && access.getTargetOwner().getPackageName().equals("java.time");
        boolean clock = access.getTargetOwner().getFullName().equals("java.time.Clock")
                || isCall(access, "java.time.InstantSource", "system");
        boolean system = access.getTargetOwner().getFullName().equals("java.lang.System")
                && Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "getProperties", "out", "err", "in")
                        .contains(access.getName());
        boolean zone = isCall(access, "java.time.ZoneId", "systemDefault");
        return zeroArgumentNow || clock || system || zone;
    }

    private static final Map<String, Set<String>> UNORDERED = Map.of(
            "java.util.Set", Set.of("of", "copyOf"),
            "java.util.Map", Set.of("of", "copyOf", "ofEntries"),
            "java.util.stream.Collectors", Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap"));

    private static boolean makesAnUnorderedCollection(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getFullName();
        if (UNORDERED.getOrDefault(owner, Set.of()).contains(access.getName())) {
            return true;
        }
        int parameters = access.getTarget() instanceof CodeUnitAccessTarget target
                ? target.getRawParameterTypes().size()
                : 0;
        return owner.equals("java.util.stream.Collectors")
                && ((access.getName().equals("groupingBy") && parameters < 3)
                        || (access.getName().equals("toMap") && parameters < 4));
    }

    private static boolean isCall(JavaAccess<?> access, String owner, String name) {
        return access.getTargetOwner().getFullName().equals(owner)
                && access.getName().equals(name);
    }

    private static boolean isWritten(JavaField field) {
        return !field.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isNamed(JavaClass type) {
        return !type.isAnonymousClass() && !type.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        Set<String> forbidden = Set.of(names);
        return describe("are one of " + String.join(", ", names), type -> forbidden.contains(type.getFullName()));
    }

    private static DescribedPredicate<JavaClass> belongTo(String... packages) {
        Set<String> allowed = Set.of(packages);
        return describe("belong to the core, JSpecify or " + String.join(", ", packages), type -> {
            String name = type.getBaseComponentType().getPackageName();
            return type.getBaseComponentType().isPrimitive()
                    || allowed.contains(name)
                    || name.equals("io.pgprimacy.core")
                    || name.startsWith("io.pgprimacy.core.");
        });
    }

    private static ArchCondition<JavaClass> beClosed() {
        return new ArchCondition<>("be a record, an enum, an annotation, an interface, sealed, or final") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean closed = type.isRecord()
                        || type.isEnum()
                        || type.isInterface()
                        || type.isSealed()
                        || type.getModifiers().contains(JavaModifier.FINAL);
                events.add(new SimpleConditionEvent(
                        type, closed, type.getFullName() + " is open in " + type.getSourceCodeLocation()));
            }
        };
    }
}
