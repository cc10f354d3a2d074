package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.log.EventTypes;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which events a receiver is sent: each by its kind, its name, or its type in the envelope. */
public final class EventChoice {
    /** What somebody who is on call wants to know. */
    public static final List<String> USUAL = List.of(
            WebhookEvent.INCIDENT,
            "PrimaryStopped",
            "FailoverOpened",
            "FailoverBlocked",
            "RestoreOpened",
            "PrimaryChosen",
            "Promoted",
            "SwitchoverStarted",
            "SwitchoverAborted",
            "AutomationHalted",
            "MaintenanceChanged",
            "NodeQuarantined",
            "BackupFailed",
            "BackupMissed",
            "DrillFailed",
            "DrillMissed",
            "RetentionFailed",
            "RetentionMissed");

    private final Set<String> types;

    private EventChoice(Set<String> types) {
        this.types = types;
    }

    /** Throws {@link IllegalArgumentException} where one names nothing. */
    public static EventChoice of(Collection<String> names) {
        Set<String> types = new TreeSet<>();
        for (String name : names) {
            Set<String> named = new TreeSet<>();
            EventTypes.all().forEach((type, event) -> {
                if (!Heartbeat.class.isAssignableFrom(event) && isNamed(type, event, name)) {
                    named.add(type);
                }
            });
            if (name.equalsIgnoreCase(WebhookEvent.INCIDENT)) {
                named.addAll(List.of(WebhookEvent.SUSPECTED, WebhookEvent.HEALTHY));
            }
            if (named.isEmpty()) {
                throw new IllegalArgumentException("there is no event '" + name
                        + "': it is incident, decision, fact, request, or one of docs/reference/events.md");
            }
            types.addAll(named);
        }
        return new EventChoice(types);
    }

    private static boolean isNamed(String type, Class<? extends ClusterEvent> event, String name) {
        String kind = event.getEnclosingClass().getSimpleName().toLowerCase(Locale.ROOT);
        return type.equals(name)
                || event.getSimpleName().equalsIgnoreCase(name)
                || kind.equals(name.toLowerCase(Locale.ROOT));
    }

    boolean wants(String type) {
        return types.contains(type);
    }
}
