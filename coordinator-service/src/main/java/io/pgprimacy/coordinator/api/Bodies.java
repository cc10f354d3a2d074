package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.log.EventCodec;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Event bodies as they stand in the log, so that what the interface shows and what an auditor consumes are the same. */
final class Bodies {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final EventCodec codec = new EventCodec();
    private final JsonMapper mapper = JsonMapper.builder().build();

    Map<String, Object> of(ClusterEvent event) {
        return mapper.readValue(codec.body(event), OBJECT);
    }
}
