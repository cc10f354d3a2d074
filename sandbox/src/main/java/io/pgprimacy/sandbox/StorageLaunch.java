package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the object store and the storage service are started, and what the agents are told of them. */
final class StorageLaunch {
    static final String S3_ACCESS_KEY = "sandbox";

    private final Layout layout;
    private final List<String> clusters;
    private final Spec.Storage storage;
    private final Launch launch;

    StorageLaunch(Layout layout, List<String> clusters, Spec.Storage storage, Launch launch) {
        this.layout = layout;
        this.clusters = List.copyOf(clusters);
        this.storage = storage;
        this.launch = launch;
    }

    List<String> s3(Unit unit) throws IOException {
        Path dir = layout.unitDir(unit);
        Path data = dir.resolve("data");
        // A bucket of this endpoint is a directory.
        Files.createDirectories(data.resolve(Spec.Storage.BUCKET));
        Map<String, String> p = new LinkedHashMap<>();
        p.put("s3proxy.endpoint", storage.s3Url());
        p.put("s3proxy.authorization", "aws-v2-or-v4");
        p.put("s3proxy.identity", S3_ACCESS_KEY);
        p.put("s3proxy.credential", secretKey());
        p.put("s3proxy.ignore-unknown-headers", "true");
        p.put("jclouds.provider", "filesystem-nio2");
        p.put("jclouds.filesystem.basedir", data.toString());
        p.put("jclouds.identity", "x");
        p.put("jclouds.credential", "x");
        Path config = dir.resolve("s3.properties");
        Secrets.write(config, Launch.lines(p));
        Path logging = dir.resolve("logback.xml");
        Files.writeString(logging, "<configuration><root level=\"WARN\"/></configuration>\n");
        return launch.jvm(
                unit,
                List.of("-Xmx128m", "-Dlogback.configurationFile=" + logging),
                "org.gaul.s3proxy.Main",
                "--properties",
                config.toString());
    }

    /** Its secrets are in a file: everybody may read a command line. */
    List<String> service(Unit unit) throws IOException {
        Map<String, String> p = new LinkedHashMap<>();
        p.put("server.address", unit.place().address());
        p.put("server.port", Integer.toString(unit.port()));
        p.put("pgprimacy.storage.s3.endpoint", storage.s3Url());
        p.put("pgprimacy.storage.s3.bucket", Spec.Storage.BUCKET);
        p.put("pgprimacy.storage.s3.access-key", S3_ACCESS_KEY);
        p.put("pgprimacy.storage.s3.secret-key", secretKey());
        putTokens(p);
        p.put("pgprimacy.storage.operator-tokens.coordinator", secret(Secrets.random(layout.operatorToken())));
        Path config = layout.unitDir(unit).resolve("storage.properties");
        Secrets.write(config, Launch.lines(p));
        return launch.jvm(
                unit,
                List.of("-Xmx128m"),
                "io.pgprimacy.storage.StorageApplication",
                "--spring.config.additional-location=file:" + config);
    }

    /** It is told where the catalog is. */
    String coordinatorOption(Unit coordinator) throws IOException {
        Map<String, String> p = new LinkedHashMap<>();
        p.put("pgprimacy.storage.url", storage.url());
        putTokens(p);
        p.put("pgprimacy.storage.operator-token", secret(Secrets.random(layout.operatorToken())));
        // Whoever tries it does not want to wait for a quarter of an hour.
        p.put("pgprimacy.log-archive.every", "10s");
        Path config = layout.unitDir(coordinator).resolve("storage.properties");
        Secrets.write(config, Launch.lines(p));
        return "--spring.config.additional-location=file:" + config;
    }

    private void putTokens(Map<String, String> properties) throws IOException {
        for (String cluster : clusters) {
            properties.put("pgprimacy.storage.tokens." + cluster, secret(Secrets.random(layout.storageToken(cluster))));
        }
    }

    Map<String, String> agentProperties(String cluster) throws IOException {
        Map<String, String> p = new LinkedHashMap<>();
        p.put("storage.url", storage.url());
        p.put("storage.token.file", Secrets.random(layout.storageToken(cluster)).toString());
        p.put("storage.master.keys.file", Secrets.masterKey(layout.masterKeys()).toString());
        p.put("storage.worker.lib", layout.jars(Kind.WORKER).toString());
        return p;
    }

    private String secretKey() throws IOException {
        return secret(Secrets.random(layout.s3Secret()));
    }

    private static String secret(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
