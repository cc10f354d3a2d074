package io.pgprimacy.coordinator.kafka;

import io.pgprimacy.coordinator.api.LogExport;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.TopicExport;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;

/** Over Kafka, with a consumer of its own for each export. */
public final class KafkaLogExport implements LogExport {
    private final TopicExport export;

    public KafkaLogExport(KafkaSettings settings) {
        this.export = new TopicExport(settings);
    }

    @Override
    public void read(ClusterId cluster, TopicExport.Sink sink) throws IOException {
        try {
            export.read(cluster, sink);
        } catch (KafkaException e) {
            throw new Unavailable("the log of cluster " + cluster + " cannot be read: " + e.getMessage(), e);
        }
    }
}
