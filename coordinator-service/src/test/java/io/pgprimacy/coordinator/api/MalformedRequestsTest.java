package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Thousands of requests made of the committed OpenAPI document, each wrong in some way or other, or right by chance. */
@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class MalformedRequestsTest {
    private static final int REQUESTS = 4_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Streams do not end, and are tested on their own. */
    private static final Set<String> STREAMS = Set.of("/api/v1/live", "/api/v1/clusters/{cluster}/live");

    private static final List<String> WORDS = List.of(
            "main",
            "a",
            "b",
            "last",
            "0",
            "-1",
            "7",
            "99999999999999999999",
            "1e9",
            "true",
            "null",
            "",
            " ",
            "..",
            "%00",
            "a/b",
            "\u0000",
            "\uD83D\uDE00",
            "Ä",
            "x".repeat(5_000),
            "{}",
            "[1]",
            "'; drop table t; --",
            "2026-11-24T03:00:00Z",
            "0/16B3748",
            "xid:",
            "name:p",
            "full",
            "PT1S",
            "../../etc/passwd",
            "<script>");

    @Autowired
    MockMvc mvc;

    @Autowired
    ApiTestApplication.Scene scene;

    private final JsonNode api = document();
    private final Random random = new Random(20261124);

    @BeforeEach
    void threeHealthyNodes() {
        scene.begin();
    }

    @Test
    void every_answer_is_one_that_the_document_knows() throws Exception {
        List<Call> calls = calls();
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            Call call = calls.get(random.nextInt(calls.size()));
            URI address = address(call);
            String body = call.operation().has("requestBody") ? body(call.operation()) : "";
            MockHttpServletRequestBuilder request = MockMvcRequestBuilders.request(call.method(), address);
            if (!body.isEmpty()) {
                request.contentType(chance(30) ? MediaType.TEXT_PLAIN : MediaType.APPLICATION_JSON)
                        .content(body);
            }
            MockHttpServletResponse response = mvc.perform(request).andReturn().getResponse();
            answers.merge(response.getStatus(), 1, Integer::sum);
            isAnAnswer(call.method() + " " + address + " " + body, response);
        }
        assertThat(answers).as("a mixture").containsKeys(200, 202, 400, 404);
    }

    private static void isAnAnswer(String asked, MockHttpServletResponse response) throws IOException {
        String text = response.getContentAsString(StandardCharsets.UTF_8);
        // The store behind this stage is away unless it was told what to answer, and that is nobody's malformed
        // request.
        assertThat(response.getStatus() < 500 || text.contains("storage-unavailable"))
                .as(asked + "\n" + text)
                .isTrue();
        assertThat(text).as(asked).doesNotContain("\tat ", "Exception");
        if (response.getStatus() >= 400 && !text.isEmpty()) {
            JsonNode problem = JSON.readTree(text);
            assertThat(problem.path("code").asString(""))
                    .as(asked + "\n" + text)
                    .isNotBlank();
            assertThat(problem.path("hint").asString(""))
                    .as(asked + "\n" + text)
                    .isNotBlank();
        }
    }

    private record Call(HttpMethod method, String path, JsonNode operation) {}

    private List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (!STREAMS.contains(path.getKey())) {
                        HttpMethod method =
                                HttpMethod.valueOf(operation.getKey().toUpperCase(java.util.Locale.ROOT));
                        calls.add(new Call(method, path.getKey(), operation.getValue()));
                    }
                }));
        return calls;
    }

    private URI address(Call call) {
        String path = call.path();
        StringBuilder query = new StringBuilder();
        for (JsonNode parameter : call.operation().path("parameters")) {
            String name = parameter.path("name").asString();
            switch (parameter.path("in").asString()) {
                case "path" -> {
                    String known = name.equals("cluster") ? "main" : "a";
                    path = path.replace("{" + name + "}", encode(chance(3) ? word() : known));
                }
                case "query" -> {
                    if (chance(3)) {
                        query.append(query.isEmpty() ? '?' : '&')
                                .append(name)
                                .append('=')
                                .append(encode(word()));
                    }
                }
                default -> {}
            }
        }
        return URI.create(path + query);
    }

    private String body(JsonNode operation) {
        if (chance(20)) {
            return word();
        }
        JsonNode schema = resolved(operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema"));
        return value(schema, 0).toString();
    }

    /** Mostly of the type that is asked for. */
    private JsonNode value(JsonNode schema, int depth) {
        JsonNode resolved = resolved(schema);
        if (chance(12) || depth > 4) {
            return JSON.valueToTree(chance(2) ? word() : List.of(1, word()));
        }
        if (resolved.has("properties")) {
            ObjectNode object = JSON.createObjectNode();
            resolved.path("properties").properties().forEach(p -> {
                if (!chance(4)) {
                    object.set(p.getKey(), value(p.getValue(), depth + 1));
                }
            });
            if (chance(15)) {
                object.put(word(), 1);
            }
            return object;
        }
        return switch (resolved.path("type").asString("")) {
            case "boolean" -> JSON.valueToTree(random.nextBoolean());
            case "integer", "number" -> JSON.valueToTree(chance(2) ? random.nextInt(100_000) : random.nextLong());
            case "array" -> JSON.valueToTree(List.of(word()));
            default -> JSON.valueToTree(word());
        };
    }

    private JsonNode resolved(JsonNode schema) {
        String name = schema.path("$ref").asString("");
        return name.isEmpty()
                ? schema
                : api.path("components").path("schemas").path(name.substring(name.lastIndexOf('/') + 1));
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private boolean chance(int in) {
        return random.nextInt(in) == 0;
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static JsonNode document() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("dev"))) {
            at = at.getParent();
        }
        return JSON.readTree(at.resolve("docs/reference/openapi.json").toFile());
    }
}
