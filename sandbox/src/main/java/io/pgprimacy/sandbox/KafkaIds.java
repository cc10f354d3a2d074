package io.pgprimacy.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** Ids as Kafka makes them: 16 bytes in URL-safe base64; one that begins with '-' would look like an option. */
final class KafkaIds {
    private KafkaIds() {}

    static String random() {
        while (true) {
            String id = encoded(UUID.randomUUID());
            if (!id.startsWith("-")) {
                return id;
            }
        }
    }

    /** Of a controller's metadata directory. Every broker is formatted with those of all, so they must come out the same again. */
    static String directory(String clusterId, int node) {
        return encoded(UUID.nameUUIDFromBytes((clusterId + "/" + node).getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(UUID id) {
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
