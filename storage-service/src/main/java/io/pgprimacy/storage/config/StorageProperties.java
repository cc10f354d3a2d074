package io.pgprimacy.storage.config;

import io.pgprimacy.storage.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The service's settings, {@code pgprimacy.storage.*}.
 *
 * @param tokens of the agents, by cluster; at least 32 characters each
 * @param baseUrl of this service as agents reach it; needed for the relay
 * @param relaySecret shared by all instances that relay
 * @param grantLifetime how long what was granted may be sent
 * @param garbageGrace after which a backup that was never committed is collected
 */
@ConfigurationProperties("pgprimacy.storage")
public record StorageProperties(
        @DefaultValue S3 s3,
        @DefaultValue Map<String, String> tokens,
        @DefaultValue("direct") Transfer transfer,
        @DefaultValue("") String baseUrl,
        @DefaultValue("") String relaySecret,
        @DefaultValue("15m") Duration grantLifetime,
        @DefaultValue("24h") Duration garbageGrace,
        @DefaultValue("1h") Duration garbageInterval) {
    private static final int SHORTEST_SECRET = 32;
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(7);

    /** How bytes reach the store. */
    public enum Transfer {
        DIRECT,
        RELAY
    }

    /**
     * @param publicEndpoint as agents reach the store; default: the endpoint
     * @param signChecksums whether the store verifies SHA-256 checksums, as AWS and MinIO do
     */
    public record S3(
            @DefaultValue("") String endpoint,
            @DefaultValue("") String publicEndpoint,
            @DefaultValue("us-east-1") String region,
            @DefaultValue("") String bucket,
            @DefaultValue("") String prefix,
            @DefaultValue("") String accessKey,
            @DefaultValue("") String secretKey,
            @DefaultValue("true") boolean signChecksums,
            @DefaultValue("60s") Duration timeout) {
        public S3 {
            require(!endpoint.isBlank(), "s3.endpoint is missing");
            require(!bucket.isBlank(), "s3.bucket is missing");
            require(!accessKey.isBlank() && !secretKey.isBlank(), "s3.access-key or s3.secret-key is missing");
            require(
                    prefix.isEmpty() || (prefix.endsWith("/") && !prefix.startsWith("/")),
                    "s3.prefix must end in a slash, and not begin with one");
            publicEndpoint = publicEndpoint.isBlank() ? endpoint : publicEndpoint;
        }

        StoreSettings settings() {
            return new StoreSettings(
                    URI.create(endpoint),
                    URI.create(publicEndpoint),
                    region,
                    bucket,
                    prefix,
                    accessKey,
                    secretKey,
                    timeout);
        }
    }

    public StorageProperties {
        tokens = new TreeMap<>(tokens);
        tokens.forEach((cluster, token) -> require(
                token.length() >= SHORTEST_SECRET,
                "tokens." + cluster + " is shorter than " + SHORTEST_SECRET + " characters"));
        boolean relay = transfer == Transfer.RELAY;
        require(!relay || !baseUrl.isBlank(), "base-url is missing: the relay's addresses begin with it");
        require(
                !relay || relaySecret.length() >= SHORTEST_SECRET,
                "relay-secret is shorter than " + SHORTEST_SECRET + " characters");
        require(
                grantLifetime.toSeconds() >= 1 && grantLifetime.compareTo(LONGEST_LIFETIME) <= 0,
                "grant-lifetime must be 1s to 7d");
        // An upload that was granted at the last moment must be over before its backup may be collected.
        require(
                garbageGrace.dividedBy(2).compareTo(grantLifetime) > 0,
                "garbage-grace " + garbageGrace + " is not more than twice the grant-lifetime " + grantLifetime);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("pgprimacy.storage." + otherwise);
        }
    }
}
