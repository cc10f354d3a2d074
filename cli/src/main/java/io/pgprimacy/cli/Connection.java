package io.pgprimacy.cli;

import io.pgprimacy.sandbox.Layout;
import io.pgprimacy.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster, and where its coordinators are. */
final class Connection {
    @Option(
            names = "--url",
            paramLabel = "URL",
            split = ",",
            description = "Coordinators; default: $PGPRIMACY_URL, else those of the sandbox.")
    @Nullable
    List<String> urls;

    @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "main", description = "Default: ${DEFAULT-VALUE}.")
    String cluster = "main";

    @Option(names = "--dir", paramLabel = "DIR", description = "The sandbox's directory, when it is not the usual one.")
    @Nullable
    Path dir;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Holds the operator's token; default: $PGPRIMACY_TOKEN, else ~/.config/pgprimacy/credentials with lines"
                            + " of URL TOKEN, else the sandbox's.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description =
                    "PEM with the authorities that vouch for coordinators; default: $PGPRIMACY_CA_FILE, else the JDK's.")
    @Nullable
    Path caFile;

    /** @param about the cluster */
    CoordinatorClient open(App app, String about) {
        Credentials credentials = new Credentials(app.environment(), tokenFile, () -> sandbox(app));
        return new CoordinatorClient(addresses(app), about, credentials::tokenFor, trust(app));
    }

    private Optional<SSLSocketFactory> trust(App app) {
        String variable = app.environment().getOrDefault("PGPRIMACY_CA_FILE", "");
        return Optional.ofNullable(caFile)
                .or(() -> variable.isBlank() ? Optional.empty() : Optional.of(Path.of(variable)))
                .map(Trust::in);
    }

    Optional<Sandbox> sandbox(App app) {
        return Sandbox.open(Layout.find(Optional.ofNullable(dir), app.environment(), app.isRoot()));
    }

    private List<String> addresses(App app) {
        String variable = app.environment().getOrDefault("PGPRIMACY_URL", "");
        List<String> named = urls != null ? urls : Arrays.asList(variable.split(","));
        List<String> given = named.stream()
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .map(url -> url.contains("://") ? url : "http://" + url)
                .map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url)
                .toList();
        if (!given.isEmpty()) {
            return given;
        }
        return sandbox(app).map(s -> s.spec().coordinatorUrls()).orElse(List.of());
    }
}
