package io.pgprimacy.storage.config;

import io.pgprimacy.storage.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The service's settings, {@code pgprimacy.storage.*}.
 *
 * @param tokens of the agents, by cluster; at least 32 characters each
 * @param operatorTokens of operators and coordinators, by a name of each
 * @param baseUrl of this service as agents reach it; needed for the relay
 * @param relaySecret shared by all instances that relay
 * @param grantLifetime how long what was granted may be sent
 * @param garbageGrace after which a backup that was never committed is collected
 * @param retentionGrace between the mark of a backup that no rule keeps and its removal
 */
@ConfigurationProperties("pgprimacy.storage")
public record StorageProperties(
        @DefaultValue S3 s3,
        @DefaultValue Map<String, String> tokens,
        @DefaultValue Map<String, String> operatorTokens,
        @DefaultValue("direct") Transfer transfer,
        @DefaultValue("") String baseUrl,
        @DefaultValue("") String relaySecret,
        @DefaultValue("15m") Duration grantLifetime,
        @DefaultValue("24h") Duration garbageGrace,
        @DefaultValue("1h") Duration garbageInterval,
        @DefaultValue("24h") Duration retentionGrace,
        @DefaultValue Verify verify) {
    private static final int SHORTEST_SECRET = 32;
    private static final Duration SHORTEST_GRACE = Duration.ofHours(1);
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

    /**
     * How stored objects are verified by and by.
     *
     * @param time of one run, shared by all clusters
     * @param rate bytes a second; 0 for no limit
     */
    public record Verify(
            @DefaultValue("24h") Duration interval,
            @DefaultValue("1h") Duration time,
            @DefaultValue("20MB") DataSize rate) {
        public Verify {
            require(interval.toSeconds() >= 1, "verify.interval must be 1s or more");
            require(time.toSeconds() >= 1, "verify.time must be 1s or more");
            require(!rate.isNegative(), "verify.rate must not be negative");
        }
    }

    public StorageProperties {
        tokens = new TreeMap<>(tokens);
        operatorTokens = new TreeMap<>(operatorTokens);
        Set<String> seen = new HashSet<>();
        tokens.forEach((cluster, token) -> requireSecret("tokens." + cluster, token, seen));
        operatorTokens.forEach((name, token) -> requireSecret("operator-tokens." + name, token, seen));
        require(
                retentionGrace.compareTo(SHORTEST_GRACE) >= 0,
                "retention-grace must be " + SHORTEST_GRACE.toHours() + "h or more");
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

    private static void requireSecret(String name, String token, Set<String> seen) {
        require(token.length() >= SHORTEST_SECRET, name + " is shorter than " + SHORTEST_SECRET + " characters");
        // One token for two clusters would let the agents of each into the other, and an agent with an operator's could
        // remove backups.
        require(seen.add(token), name + " is the same token as another one");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("pgprimacy.storage." + otherwise);
        }
    }
}
