package io.pgprimacy.coordinator.config;

import io.pgprimacy.coordinator.webhook.EventChoice;
import io.pgprimacy.coordinator.webhook.Secret;
import io.pgprimacy.coordinator.webhook.Webhook;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code pgprimacy.webhooks.NAME.*}: what is wrong with one keeps the coordinator from starting, rather than a page from somebody's bed. */
final class WebhookSettings {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private WebhookSettings() {}

    static List<Webhook> read(Map<String, CoordinatorProperties.Webhook> settings) {
        return settings.entrySet().stream()
                .map(e -> read(e.getKey(), e.getValue()))
                .toList();
    }

    private static Webhook read(String name, CoordinatorProperties.Webhook settings) {
        try {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("a name is 1-63 of a-z, 0-9 and '-'");
            }
            if (!settings.url().matches("https?://[^/]+.*")) {
                throw new IllegalArgumentException("url '" + settings.url() + "' is no http or https address");
            }
            if (settings.secretFile().isBlank()) {
                throw new IllegalArgumentException(
                        "secret-file is missing: it holds what the receiver checks the signature with");
            }
            return new Webhook(
                    name,
                    URI.create(settings.url()),
                    Secret.read(Path.of(settings.secretFile())),
                    EventChoice.of(settings.events().isEmpty() ? EventChoice.USUAL : settings.events()),
                    Set.copyOf(settings.clusters()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pgprimacy.webhooks." + name + ": " + e.getMessage(), e);
        }
    }
}
