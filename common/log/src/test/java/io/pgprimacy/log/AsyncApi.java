package io.pgprimacy.log;

import static io.pgprimacy.log.EventSchemas.ordered;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.Request;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The AsyncAPI 3 document of the topics: one channel, whose messages are all the events. */
final class AsyncApi {
    private AsyncApi() {}

    static Map<String, Object> document() {
        Map<String, Object> inChannel = new TreeMap<>();
        Map<String, Object> messages = new TreeMap<>();
        EventTypes.all().forEach((name, event) -> {
            String key = event.getSimpleName();
            messages.put(key, message(name, event));
            inChannel.put(key, Map.of("$ref", "#/components/messages/" + key));
        });
        return ordered(
                "asyncapi",
                "3.0.0",
                "info",
                ordered(
                        "title",
                        "pgprimacy cluster log",
                        "version",
                        "1.0.0",
                        "description",
                        "Everything that has happened to a PostgreSQL cluster and why. Anybody may consume it; what writes to it is pgprimacy"
                                + " alone. A consumer needs no group and should read from the beginning: the topic is compacted, and what"
                                + " matters stays. Of two decisions with one basis.sequence the first counts."),
                "defaultContentType",
                "application/json",
                "channels",
                Map.of("clusterLog", channel(inChannel)),
                "operations",
                Map.of(
                        "readClusterLog",
                        ordered(
                                "action",
                                "receive",
                                "channel",
                                Map.of("$ref", "#/channels/clusterLog"),
                                "summary",
                                "Read one cluster's log")),
                "components",
                ordered("messages", messages, "messageTraits", Map.of("cloudEvent", cloudEvent())));
    }

    private static Map<String, Object> channel(Map<String, Object> messages) {
        return ordered(
                "address",
                "pgprimacy.cluster.{cluster}",
                "description",
                "One topic for each cluster, with one partition: its order is the truth",
                "parameters",
                Map.of("cluster", Map.of("description", "name of the cluster")),
                "messages",
                messages,
                "bindings",
                Map.of(
                        "kafka",
                        ordered(
                                "partitions",
                                1,
                                "replicas",
                                3,
                                "topicConfiguration",
                                Map.of("cleanup.policy", List.of("compact")),
                                "bindingVersion",
                                "0.5.0")));
    }

    private static Map<String, Object> message(String type, Class<? extends ClusterEvent> event) {
        return ordered(
                "name",
                type,
                "title",
                event.getSimpleName(),
                "tags",
                List.of(Map.of("name", kind(event))),
                "traits",
                List.of(Map.of("$ref", "#/components/messageTraits/cloudEvent")),
                "payload",
                ordered(
                        "schemaFormat",
                        "application/schema+json;version=draft-2020-12",
                        "schema",
                        Map.of("$ref", "schemas/" + type + ".json")));
    }

    private static String kind(Class<? extends ClusterEvent> event) {
        for (Class<?> kind : List.of(Heartbeat.class, Fact.class, Request.class, Decision.class)) {
            if (kind.isAssignableFrom(event)) {
                return EventTypes.kebab(kind);
            }
        }
        throw new IllegalStateException(event + " is of no kind");
    }

    /** CloudEvents 1.0 over Kafka, binary mode: attributes are headers. */
    private static Map<String, Object> cloudEvent() {
        Map<String, Object> text = Map.of("type", "string");
        return ordered(
                "contentType",
                "application/json",
                "headers",
                ordered(
                        "type",
                        "object",
                        "properties",
                        ordered(
                                "ce_specversion",
                                Map.of("const", "1.0"),
                                "ce_id",
                                text,
                                "ce_source",
                                ordered("type", "string", "description", "agent/NODE or coordinator/ID"),
                                "ce_type",
                                text,
                                "ce_time",
                                ordered("type", "string", "format", "date-time"),
                                "content-type",
                                Map.of("const", "application/json")),
                        "required",
                        List.of("ce_specversion", "ce_id", "ce_source", "ce_type")),
                "bindings",
                Map.of(
                        "kafka",
                        ordered(
                                "key",
                                ordered(
                                        "type",
                                        "string",
                                        "description",
                                        "A later record with the same key takes the place of an earlier one"),
                                "bindingVersion",
                                "0.5.0")));
    }
}
