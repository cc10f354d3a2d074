package io.pgprimacy.rescue;

import io.pgprimacy.backup.crypto.MasterKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the repository is, and what opens it. Secrets come from the environment or a file: arguments show in every process list. */
final class RepositoryOptions {
    static final String ACCESS_KEY = "PGPRIMACY_S3_ACCESS_KEY";
    static final String SECRET_KEY = "PGPRIMACY_S3_SECRET_KEY";

    @Option(names = "--endpoint", required = true, paramLabel = "URL", description = "The S3 endpoint.")
    String endpoint = "";

    @Option(names = "--bucket", required = true, paramLabel = "NAME", description = "The bucket.")
    String bucket = "";

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Of the repository in the bucket, with its last slash.")
    String prefix = "";

    @Option(names = "--region", paramLabel = "NAME", description = "The bucket's region (default: ${DEFAULT-VALUE}).")
    String region = "us-east-1";

    Bucket open() {
        return new Bucket(endpoint, region, bucket, prefix, required(ACCESS_KEY), required(SECRET_KEY));
    }

    /** In an object of its own, for commands that read no secrets need no keys. */
    static final class Keys {
        @Option(
                names = "--master-keys",
                required = true,
                paramLabel = "FILE",
                description = "The master keys, one a line.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        Path file;

        MasterKeys read() throws IOException {
            return MasterKeys.parse(Files.readString(file));
        }
    }

    private static String required(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () -> new IllegalArgumentException("the environment variable " + variable + " is not set"));
    }
}
