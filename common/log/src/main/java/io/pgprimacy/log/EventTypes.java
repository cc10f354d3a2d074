package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The name of each event in the envelope, derived from the sealed types: {@code io.pgprimacy.fact.standby-pledged.v1}. Nobody
 * keeps a list, so no event can be missing from it.
 */
public final class EventTypes {
    private static final String PREFIX = "io.pgprimacy.";
    private static final String VERSION = ".v1";
    private static final String DECISION_PREFIX = PREFIX + kebab(Decision.class) + ".";
    private static final String REQUEST_PREFIX = PREFIX + kebab(Request.class) + ".";
    private static final SortedMap<String, Class<? extends ClusterEvent>> BY_NAME = byName();

    private EventTypes() {}

    /** Every event's class by its name in the envelope. */
    public static SortedMap<String, Class<? extends ClusterEvent>> all() {
        return BY_NAME;
    }

    public static Optional<Class<? extends ClusterEvent>> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** True for decisions of any version, also of those that this program does not know. */
    public static boolean isDecision(String name) {
        return name.startsWith(DECISION_PREFIX);
    }

    /** The same of requests. */
    public static boolean isRequest(String name) {
        return name.startsWith(REQUEST_PREFIX);
    }

    public static String nameOf(Class<? extends ClusterEvent> event) {
        String name = Heartbeat.class.isAssignableFrom(event)
                // The first word says whose heart it is: node.heartbeat, coordinator.pulse.
                ? kebab(event).replaceFirst("-", ".")
                : kebab(event.getEnclosingClass()) + "." + kebab(event);
        return PREFIX + name + VERSION;
    }

    /** {@code StandbyPledged} to {@code standby-pledged}. */
    static String kebab(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }

    private static SortedMap<String, Class<? extends ClusterEvent>> byName() {
        SortedMap<String, Class<? extends ClusterEvent>> found = new TreeMap<>();
        for (Class<?> leaf : leaves(ClusterEvent.class)) {
            Class<? extends ClusterEvent> event = leaf.asSubclass(ClusterEvent.class);
            Class<?> twin = found.put(nameOf(event), event);
            if (twin != null) {
                throw new IllegalStateException(twin + " and " + event + " are both named " + nameOf(event));
            }
        }
        return Collections.unmodifiableSortedMap(found);
    }

    /** The records at the end of a sealed hierarchy. */
    static List<Class<?>> leaves(Class<?> type) {
        if (!type.isSealed()) {
            return List.of(type);
        }
        List<Class<?>> leaves = new ArrayList<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            leaves.addAll(leaves(permitted));
        }
        return leaves;
    }
}
