package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;

@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class OpenApiDocsTest {
    @Autowired
    MockMvc mvc;

    @Test
    void the_committed_document_is_what_the_service_serves() throws Exception {
        String served = mvc.perform(MockMvcRequestBuilders.get("/v3/api-docs"))
                        .andReturn()
                        .getResponse()
                        .getContentAsString(StandardCharsets.UTF_8)
                        .strip()
                + "\n";
        Path file = root().resolve("docs/reference/openapi.json");
        if (Boolean.getBoolean("golden.accept")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, served);
        }
        assertThat(file).as("run ./dev docs").exists();
        assertThat(served).as("run ./dev docs and read the diff").isEqualTo(Files.readString(file));
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("dev"))) {
            at = at.getParent();
        }
        return at;
    }
}
