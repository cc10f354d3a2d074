package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sandbox.json}. Read as a tree: binding by reflection would cost every command a tenth of a second. */
final class SpecFile {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int VERSION = 2;

    private SpecFile() {}

    static void write(Path file, Spec spec) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                draft,
                JSON.writerWithDefaultPrettyPrinter()
                                .writeValueAsString(toJson(file.toAbsolutePath().resolveSibling(""), spec))
                        + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static Spec read(Path file) throws IOException {
        JsonNode tree;
        try {
            tree = JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new SandboxFailure(
                    "cannot read " + file + ": " + e.getOriginalMessage(),
                    "stop what runs of this sandbox, then remove the directory",
                    e);
        }
        if (tree.path("version").asInt(0) != VERSION) {
            throw new SandboxFailure(
                    "the sandbox in " + file.toAbsolutePath().getParent() + " was made by another version of pgprimacy",
                    "take it down with that version, or stop what runs of it and remove the directory");
        }
        JsonNode kafka = tree.path("kafka");
        String first = tree.path("cluster").asString("main");
        return new Spec(
                first,
                tree.path("profile").asString("fast"),
                tree.path("sync").asBoolean(false),
                tree.path("automaticFailovers").asInt(2),
                Optional.of(tree.path("osUser").asString("")).filter(user -> !user.isEmpty()),
                Path.of(tree.path("postgresBin").asString("")),
                Path.of(tree.path("runtimeDir").asString("")),
                new Spec.Kafka(
                        kafka.path("clusterId").asString(""),
                        each(
                                kafka.path("brokers"),
                                b -> new Spec.Broker(
                                        b.path("id").asInt(0),
                                        name(b),
                                        place(b),
                                        port(b, "port"),
                                        port(b, "controllerPort")))),
                each(tree.path("coordinators"), c -> new Spec.Coordinator(name(c), place(c), port(c, "port"))),
                each(
                        tree.path("hosts"),
                        h -> new Spec.Host(
                                h.path("cluster").asString(first),
                                name(h),
                                place(h),
                                port(h, "postgresPort"),
                                port(h, "agentPort"))),
                storage(tree.path("s3"), tree.path("storage")));
    }

    private static Optional<Spec.Storage> storage(JsonNode s3, JsonNode service) {
        return s3.isObject() && service.isObject()
                ? Optional.of(Spec.Storage.at(place(s3), port(s3, "port"), place(service), port(service, "port")))
                : Optional.empty();
    }

    private static <T> List<T> each(JsonNode array, Function<JsonNode, T> reader) {
        return StreamSupport.stream(array.spliterator(), false).map(reader).toList();
    }

    private static String name(JsonNode node) {
        return node.path("name").asString("");
    }

    private static Place place(JsonNode node) {
        return new Place(
                node.path("address").asString(Place.LOOPBACK.address()),
                Optional.of(node.path("namespace").asString("")).filter(name -> !name.isEmpty()));
    }

    private static int port(JsonNode node, String field) {
        return node.path(field).asInt(0);
    }

    private static ObjectNode toJson(Path dir, Spec spec) {
        ObjectNode tree = JSON.createObjectNode();
        tree.put("version", VERSION);
        tree.put("dir", dir.toString());
        tree.put("cluster", spec.cluster());
        tree.put("profile", spec.profile());
        tree.put("sync", spec.sync());
        tree.put("automaticFailovers", spec.automaticFailovers());
        spec.osUser().ifPresent(user -> tree.put("osUser", user));
        tree.put("postgresBin", spec.postgresBin().toString());
        tree.put("runtimeDir", spec.runtimeDir().toString());
        ObjectNode kafka = tree.putObject("kafka");
        kafka.put("clusterId", spec.kafka().clusterId());
        var brokers = kafka.putArray("brokers");
        spec.kafka()
                .brokers()
                .forEach(b -> describe(brokers.addObject(), b.name(), b.place())
                        .put("id", b.id())
                        .put("port", b.port())
                        .put("controllerPort", b.controllerPort()));
        var coordinators = tree.putArray("coordinators");
        spec.coordinators()
                .forEach(c ->
                        describe(coordinators.addObject(), c.name(), c.place()).put("port", c.port()));
        var hosts = tree.putArray("hosts");
        spec.hosts()
                .forEach(h -> describe(hosts.addObject(), h.name(), h.place())
                        .put("cluster", h.cluster())
                        .put("postgresPort", h.postgresPort())
                        .put("agentPort", h.agentPort()));
        spec.storageUnits()
                .forEach(unit -> describe(tree.putObject(unit.name()), unit.name(), unit.place())
                        .put("port", unit.port()));
        return tree;
    }

    private static ObjectNode describe(ObjectNode node, String name, Place place) {
        node.put("name", name).put("address", place.address());
        place.namespace().ifPresent(namespace -> node.put("namespace", namespace));
        return node;
    }
}
