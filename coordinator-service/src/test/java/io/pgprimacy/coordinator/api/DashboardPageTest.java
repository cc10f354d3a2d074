package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(classes = ApiTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class DashboardPageTest {
    private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
    private static final int MOST_COMPRESSED_BYTES = 200_000;

    @LocalServerPort
    int port;

    @Test
    void the_page_may_load_nothing_from_elsewhere_and_is_never_kept() throws Exception {
        HttpResponse<byte[]> page = get("/", "identity");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void what_the_page_names_is_there_small_and_kept_for_ever() throws Exception {
        Matcher assets = ASSET.matcher(new String(get("/", "identity").body(), StandardCharsets.UTF_8));
        int found = 0;
        int bytes = 0;
        while (assets.find()) {
            HttpResponse<byte[]> asset = get(assets.group(1), "gzip");
            assertThat(asset.statusCode()).as(assets.group(1)).isEqualTo(200);
            assertThat(header(asset, "Cache-Control")).contains("immutable");
            found++;
            bytes += asset.body().length;
        }
        assertThat(found).isEqualTo(3);
        assertThat(bytes).isLessThan(MOST_COMPRESSED_BYTES);
    }

    private HttpResponse<byte[]> get(String path, String encoding) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .header("Accept-Encoding", encoding)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
