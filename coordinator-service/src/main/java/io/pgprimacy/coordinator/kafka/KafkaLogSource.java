package io.pgprimacy.coordinator.kafka;

import io.pgprimacy.coordinator.archive.LogSource;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ExportLine;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.TopicExport;
import java.io.IOException;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;

/** Over Kafka, with a consumer of its own for each time: what decides has its own, and is not held up. */
public final class KafkaLogSource implements LogSource {
    private final TopicExport export;

    public KafkaLogSource(KafkaSettings settings) {
        this.export = new TopicExport(settings);
    }

    @Override
    public long read(ClusterId cluster, long from, Predicate<ExportLine> records) throws Unreadable {
        try {
            return export.records(cluster, from, records::test);
        } catch (KafkaException | IOException e) {
            throw new Unreadable("the log of cluster " + cluster + " cannot be read: " + e.getMessage(), e);
        }
    }
}
