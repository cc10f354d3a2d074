package io.pgprimacy.storage.store;

import io.minio.Signer;
import io.minio.errors.MinioException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Signs requests for others to send. Unlike the SDK's own presigning it signs headers too: the length, so that no more can be put than was
 * granted; the checksum, where the store verifies it; and {@code If-None-Match}, so that nothing can be overwritten.
 */
final class Presigner {
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.US).withZone(ZoneOffset.UTC);

    private final StoreSettings settings;

    Presigner(StoreSettings settings) {
        this.settings = settings;
    }

    Presigned sign(
            String method,
            String key,
            Map<String, String> query,
            SortedMap<String, String> headers,
            Duration lifetime) {
        HttpUrl.Builder url = HttpUrl.get(settings.publicEndpoint().toString())
                .newBuilder()
                .addPathSegment(settings.bucket())
                .addPathSegments(key);
        query.forEach(url::addQueryParameter);
        HttpUrl built = url.build();
        Request.Builder request = new Request.Builder()
                .url(built)
                .method(method, method.equals("PUT") ? RequestBody.create(new byte[0]) : null)
                .header("Host", host(built))
                .header("X-Amz-Date", AMZ_DATE.format(Instant.now()));
        headers.forEach(request::header);
        try {
            URI signed = Signer.presignV4(
                            request.build(),
                            settings.region(),
                            settings.accessKey(),
                            settings.secretKey(),
                            Math.toIntExact(lifetime.toSeconds()))
                    .uri();
            // Every HTTP client sends these two by itself, from the address and the body.
            SortedMap<String, String> toSend = new TreeMap<>(headers);
            toSend.remove("Content-Length");
            return new Presigned(signed, toSend);
        } catch (MinioException e) {
            throw new IllegalStateException("a request cannot be signed", e);
        }
    }

    private static String host(HttpUrl url) {
        boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
        return usual ? url.host() : url.host() + ":" + url.port();
    }
}
