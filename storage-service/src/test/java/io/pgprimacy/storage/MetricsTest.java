package io.pgprimacy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.core.metric.StorageMetric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest extends ServiceTest {

    @Test
    void whatLiesInTheBucketIsToldAndAllThatIsExportedIsTheCatalogue() throws Exception {
        RetentionServiceTest.empty(s3.bucket());
        start("direct", "--pgprimacy.storage.figures-delay=0s", "--pgprimacy.storage.figures-interval=200ms");
        BackupPlace full = backup(NOW);

        awaitSample("pgprimacy_repository_backups{scope=\"demo\"} 1.0");
        assertThat(samples())
                .contains(
                        "pgprimacy_repository_damaged{scope=\"demo\"} 0.0",
                        "pgprimacy_repository_last_backup_timestamp_seconds{scope=\"demo\",type=\"incremental\"} NaN",
                        "pgprimacy_repository_last_proven_timestamp_seconds{scope=\"demo\"} NaN",
                        "pgprimacy_repository_wal_holes{scope=\"demo\"} 0.0")
                .anyMatch(
                        line -> line.matches(
                                "pgprimacy_repository_last_backup_timestamp_seconds\\{scope=\"demo\",type=\"full\"} 1\\.\\d+E9"));
        assertThat(samples().stream()
                        .filter(line -> line.startsWith("pgprimacy_"))
                        .map(line -> line.replaceAll("[{ ].*", ""))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(StorageMetric.values())
                        .flatMap(metric -> metric.series().stream())
                        .toList());

        Path manifest = s3.bucket().resolve("repository").resolve(full.manifest());
        Files.delete(manifest);
        awaitSample("pgprimacy_repository_backups{scope=\"demo\"} 0.0");
    }

    private void awaitSample(String sample) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(samples()).contains(sample));
    }

    private List<String> samples() throws Exception {
        return send("GET", "/actuator/prometheus", "", OPERATOR)
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
