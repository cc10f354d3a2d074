package io.pgprimacy.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A webhook that cannot work is found out when the coordinator starts, and not in the night when it is needed. */
class WebhookSettingsTest {
    @TempDir
    Path directory;

    @Test
    void whatIsWrongIsNamedWithTheSettingThatItIsIn() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "a secret of more than 24 bytes\n");
        Path weak = Files.writeString(directory.resolve("weak"), "hunter2");
        assertThat(read("pager", "https://pager.example/hook", secret.toString(), List.of()))
                .hasSize(1);
        refuses("Pager", "https://pager.example/hook", secret.toString(), List.of(), "a name is");
        refuses("pager", "pager.example", secret.toString(), List.of(), "no http or https address");
        refuses("pager", "https://pager.example/hook", "", List.of(), "secret-file is missing");
        refuses("pager", "https://pager.example/hook", directory + "/none", List.of(), "cannot be read");
        refuses("pager", "https://pager.example/hook", weak.toString(), List.of(), "at least 24 bytes");
        refuses("pager", "https://pager.example/hook", secret.toString(), List.of("Nothing"), "no event 'Nothing'");
    }

    private static void refuses(String name, String url, String secret, List<String> events, String because) {
        assertThatThrownBy(() -> read(name, url, secret, events))
                .hasMessageStartingWith("pgprimacy.webhooks." + name + ": ")
                .hasMessageContaining(because);
    }

    private static List<?> read(String name, String url, String secret, List<String> events) {
        return WebhookSettings.read(Map.of(name, new CoordinatorProperties.Webhook(url, secret, events, List.of())));
    }
}
