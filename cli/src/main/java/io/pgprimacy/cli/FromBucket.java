package io.pgprimacy.cli;

import picocli.CommandLine.Option;

/** The options of a cluster that comes back from its repository alone. */
final class FromBucket extends StoredOrigin {
    @Option(
            names = "--from-bucket",
            required = true,
            description = "Make the cluster anew on hosts whose agents have empty directories; its log is a new one.")
    boolean asked;
}
