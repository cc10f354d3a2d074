package io.pgprimacy.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The coordinators' REST interface for one cluster. Any of them will do; the one that answered last is asked first.
 * Over the JDK's old HTTP client: the new one costs a command half a second of start-up.
 */
final class CoordinatorClient {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** How long an answer may take, unless the caller knows better. */
    static final Duration ANSWER = Duration.ofSeconds(15);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final List<String> urls;
    private final String cluster;
    private final Function<String, Optional<String>> tokens;
    private final Optional<SSLSocketFactory> trust;

    /**
     * @param tokens what the coordinator at an address is shown
     * @param trust in those that vouch for coordinators; empty: as the JDK has it
     */
    CoordinatorClient(
            List<String> urls,
            String cluster,
            Function<String, Optional<String>> tokens,
            Optional<SSLSocketFactory> trust) {
        this.urls = new ArrayList<>(urls);
        this.cluster = cluster;
        this.tokens = tokens;
        this.trust = trust;
    }

    String cluster() {
        return cluster;
    }

    /** Of the cluster itself when {@code path} is empty, else of something below it, such as {@code /events?limit=5}. */
    JsonNode get(String path) {
        return get(path, ANSWER);
    }

    JsonNode get(String path, Duration answer) {
        return exchange("GET", path, null, answer);
    }

    /** Empty when there is no such thing. */
    Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (Problem e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Returns the accepted request's document, which holds its id. */
    JsonNode request(String verb, ObjectNode body) {
        return request(verb, body, ANSWER);
    }

    JsonNode request(String verb, ObjectNode body, Duration answer) {
        return exchange("POST", "/requests/" + verb, body, answer);
    }

    /** @param seen the ETag of what the request was made from: another one in force now, and it is refused */
    JsonNode request(String verb, ObjectNode body, Duration answer, Optional<String> seen) {
        Map<String, String> headers = new TreeMap<>(ofNewRequest());
        seen.ifPresent(tag -> headers.put("If-Match", tag));
        return exchange("POST", "/requests/" + verb, body, answer, headers);
    }

    /** What is answered at once, or refused; repeating it must do no harm. */
    JsonNode post(String path, ObjectNode body, Duration answer) {
        return exchange("POST", path, body, answer);
    }

    /**
     * Line by line as they come. What breaks off in the middle is not begun anew elsewhere: the lines have been given away.
     *
     * @param silence longer than which nobody waits for the next bytes
     */
    void lines(String path, Duration silence, Consumer<String> each) {
        List<String> tried = new ArrayList<>();
        RuntimeException last = unreachable(tried, null);
        for (String url : List.copyOf(urls)) {
            tried.add(url);
            try {
                readLines(connect(url, "GET", path, silence), each);
                return;
            } catch (NotConnected e) {
                last = unreachable(tried, e);
            } catch (IOException e) {
                throw new CliFailure(
                        ExitCode.UNREACHABLE,
                        "the coordinator at " + url + " broke off: " + e.getMessage(),
                        "ask again",
                        e);
            } catch (Problem e) {
                if (e.status() != 503) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    private static void readLines(HttpURLConnection connection, Consumer<String> each) throws IOException {
        try {
            connection.connect();
        } catch (IOException e) {
            throw new NotConnected(e);
        }
        int status = connection.getResponseCode();
        if (status / 100 != 2) {
            throw Problem.of(status, parse(connection.getURL(), text(connection, status), status));
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                each.accept(line);
            }
        }
    }

    /** A coordinator that has just started reads its log first and has written nothing: that is worth the wait. */
    private JsonNode exchange(String method, String path, @Nullable ObjectNode body, Duration answer) {
        return exchange(method, path, body, answer, ofNewRequest());
    }

    /** Whoever is asked, and how often: it is one request. */
    private static Map<String, String> ofNewRequest() {
        return Map.of("Idempotency-Key", UUID.randomUUID().toString());
    }

    private JsonNode exchange(
            String method, String path, @Nullable ObjectNode body, Duration answer, Map<String, String> headers) {
        long deadline = System.nanoTime() + answer.toNanos();
        while (true) {
            try {
                return askEach(method, path, body, headers, answer);
            } catch (Problem e) {
                if (!e.isStillReading() || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
                Pause.between(LOOK_AGAIN);
            }
        }
    }

    /** A change is asked for elsewhere too where one broke off or could not tell: under the same key it is made once. */
    private JsonNode askEach(
            String method, String path, @Nullable ObjectNode body, Map<String, String> headers, Duration answer) {
        List<String> tried = new ArrayList<>();
        RuntimeException last = unreachable(tried, null);
        boolean heard = false;
        for (String url : List.copyOf(urls)) {
            tried.add(url);
            try {
                HttpURLConnection connection = connect(url, method, path, answer);
                headers.forEach(connection::setRequestProperty);
                JsonNode document = exchange(connection, body);
                urls.remove(url);
                urls.addFirst(url);
                return document;
            } catch (NotConnected e) {
                last = heard ? last : unreachable(tried, e);
            } catch (IOException e) {
                heard |= body != null;
                last = body == null ? unreachable(tried, e) : brokeOff(url, e);
            } catch (Problem e) {
                if (e.status() != 503) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    private static CliFailure brokeOff(String url, IOException cause) {
        return new CliFailure(
                ExitCode.UNREACHABLE,
                "the coordinator at " + url + " broke off; whether it heard the request is not known",
                "look before you repeat it: pgprimacy events",
                cause);
    }

    private HttpURLConnection connect(String url, String method, String path, Duration answer) throws IOException {
        URL address = address(url + "/api/v1/clusters/" + encode(cluster) + path);
        HttpURLConnection connection = (HttpURLConnection) address.openConnection();
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) answer.toMillis());
        connection.setRequestMethod(method);
        // Wherever it would lead, the token is not for there.
        connection.setInstanceFollowRedirects(false);
        if (connection instanceof HttpsURLConnection https) {
            trust.ifPresent(https::setSSLSocketFactory);
        }
        tokens.apply(url).ifPresent(token -> connection.setRequestProperty("Authorization", "Bearer " + token));
        connection.setRequestProperty("Accept", "application/json, application/x-ndjson");
        return connection;
    }

    private static JsonNode exchange(HttpURLConnection connection, @Nullable ObjectNode body) throws IOException {
        byte[] bytes = body == null ? new byte[0] : App.JSON.writeValueAsBytes(body);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            // A length fixed in advance also keeps the JDK from sending a POST a second time by itself.
            connection.setFixedLengthStreamingMode(bytes.length);
        }
        try {
            connection.connect();
        } catch (IOException e) {
            throw new NotConnected(e);
        }
        if (body != null) {
            try (OutputStream out = connection.getOutputStream()) {
                out.write(bytes);
            }
        }
        int status = connection.getResponseCode();
        JsonNode document = parse(connection.getURL(), text(connection, status), status);
        if (status / 100 != 2) {
            throw Problem.of(status, document);
        }
        return document;
    }

    private static String text(HttpURLConnection connection, int status) throws IOException {
        try (InputStream in = status / 100 == 2 ? connection.getInputStream() : connection.getErrorStream()) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode parse(URL url, String body, int status) {
        try {
            return body.isBlank() ? App.JSON.createObjectNode() : App.JSON.readTree(body);
        } catch (JacksonException e) {
            if (status / 100 != 2) {
                return App.JSON.createObjectNode();
            }
            throw new CliFailure(
                    ExitCode.FAILED,
                    "what answers at " + url + " is not a coordinator of pgprimacy",
                    "check --url and PGPRIMACY_URL",
                    e);
        }
    }

    private static URL address(String text) {
        try {
            return URI.create(text).toURL();
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw new CliFailure(
                    ExitCode.USAGE, "not an address: " + text, "an address looks like http://coordinator:8080", e);
        }
    }

    private static CliFailure unreachable(List<String> tried, @Nullable IOException cause) {
        if (cause == null) {
            return new CliFailure(
                    ExitCode.UNREACHABLE,
                    "no coordinator is known",
                    "start a sandbox with: pgprimacy sandbox up, or name a coordinator with --url");
        }
        if (cause.getCause() instanceof SSLException tls) {
            return new CliFailure(
                    ExitCode.UNREACHABLE,
                    "the coordinator at " + tried.getLast() + " is not trusted: " + tls.getMessage(),
                    "name the authority that signed its certificate with --ca-file or PGPRIMACY_CA_FILE",
                    cause);
        }
        return new CliFailure(
                ExitCode.UNREACHABLE,
                "no coordinator answers at " + String.join(", ", tried),
                "is it running? pgprimacy sandbox ps shows a sandbox's; --url names another",
                cause);
    }

    /** Nothing of the request has left this process. */
    private static final class NotConnected extends IOException {
        NotConnected(IOException cause) {
            super(cause);
        }
    }

    static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The coordinator has answered, but not with what was asked for (RFC 9457). */
    static final class Problem extends RuntimeException {
        private final int status;
        private final String code;
        private final String hint;

        private Problem(int status, String code, String detail, String hint) {
            super(detail);
            this.status = status;
            this.code = code;
            this.hint = hint;
        }

        static Problem of(int status, JsonNode document) {
            // The JDK gives nobody the body of a 401 to a request whose length was fixed in advance.
            if (status == HttpURLConnection.HTTP_UNAUTHORIZED && document.isEmpty()) {
                return new Problem(
                        status,
                        "unauthorized",
                        "the coordinator was shown no operator's token, or none that it knows",
                        "it comes from --token-file, PGPRIMACY_TOKEN or ~/.config/pgprimacy/credentials, in this order");
            }
            String title = document.path("title").asString("the coordinator answered with HTTP status " + status);
            return new Problem(
                    status,
                    document.path("code").asString(""),
                    document.path("detail").asString(title),
                    document.path("hint").asString(""));
        }

        int status() {
            return status;
        }

        boolean isStillReading() {
            return code.equals("still-reading");
        }

        /** Stable, unlike the message. */
        String code() {
            return code;
        }

        /** A wrong argument is the caller's, a refusal the cluster's. */
        CliFailure asFailure() {
            ExitCode code =
                    switch (status) {
                        case 400, 404, 405, 415, 422 -> ExitCode.USAGE;
                        case 502, 503, 504 -> ExitCode.UNREACHABLE;
                        default -> ExitCode.FAILED;
                    };
            return new CliFailure(code, getMessage() == null ? "refused" : getMessage(), hint, this);
        }
    }
}
