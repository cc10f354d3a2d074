package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sandbox.json}. Read as a tree: binding by reflection would cost every command a tenth of a second. */
final class SpecFile {
    private static final JsonMapper JSON = JsonMapper.shared();

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
        JsonNode kafka = tree.path("kafka");
        return new Spec(
                tree.path("cluster").asString("main"),
                tree.path("profile").asString("fast"),
                tree.path("sync").asBoolean(false),
                tree.path("automaticFailovers").asInt(2),
                Optional.of(tree.path("osUser").asString("")).filter(user -> !user.isEmpty()),
                Path.of(tree.path("postgresBin").asString("")),
                Path.of(tree.path("runtimeDir").asString("")),
                new Spec.Broker(port(kafka, "port"), port(kafka, "controllerPort")),
                StreamSupport.stream(tree.path("coordinators").spliterator(), false)
                        .map(c -> new Spec.Coordinator(c.path("name").asString(""), port(c, "port")))
                        .toList(),
                StreamSupport.stream(tree.path("hosts").spliterator(), false)
                        .map(h -> new Spec.Host(
                                h.path("name").asString(""), port(h, "postgresPort"), port(h, "agentPort")))
                        .toList());
    }

    private static int port(JsonNode node, String field) {
        return node.path(field).asInt(0);
    }

    private static ObjectNode toJson(Path dir, Spec spec) {
        ObjectNode tree = JSON.createObjectNode();
        tree.put("version", 1);
        tree.put("dir", dir.toString());
        tree.put("cluster", spec.cluster());
        tree.put("profile", spec.profile());
        tree.put("sync", spec.sync());
        tree.put("automaticFailovers", spec.automaticFailovers());
        spec.osUser().ifPresent(user -> tree.put("osUser", user));
        tree.put("postgresBin", spec.postgresBin().toString());
        tree.put("runtimeDir", spec.runtimeDir().toString());
        tree.putObject("kafka")
                .put("port", spec.broker().port())
                .put("controllerPort", spec.broker().controllerPort());
        var coordinators = tree.putArray("coordinators");
        spec.coordinators()
                .forEach(c -> coordinators.addObject().put("name", c.name()).put("port", c.port()));
        var hosts = tree.putArray("hosts");
        spec.hosts()
                .forEach(h -> hosts.addObject()
                        .put("name", h.name())
                        .put("postgresPort", h.postgresPort())
                        .put("agentPort", h.agentPort()));
        return tree;
    }
}
