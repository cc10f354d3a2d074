package io.pgprimacy.trace;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traces of one service, sent to where OpenTelemetry's standard environment variables say, and none where they name no place. What cannot be sent
 * is dropped: nobody ever waits for it, and nothing depends on it.
 */
public final class Tracing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    private static final String SCOPE = "io.pgprimacy";

    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.traces.exporter", "otlp",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none",
            "otel.exporter.otlp.protocol", "http/protobuf");

    private final Optional<OpenTelemetrySdk> sdk;
    private final LogIds ids;
    private final Instant begun = Instant.now();

    Tracing(Optional<OpenTelemetrySdk> sdk, LogIds ids) {
        this.sdk = sdk;
        this.ids = ids;
    }

    /**
     * @param service for instance {@code pgprimacy-agent}; {@code OTEL_SERVICE_NAME} says otherwise
     * @param instance for instance the node
     */
    public static Tracing ofEnvironment(String service, String instance) {
        return isWanted() ? of(service, instance) : off();
    }

    public static Tracing off() {
        return new Tracing(Optional.empty(), new LogIds());
    }

    /** Whoever is on call has no use for a database that is down because its traces have nowhere to go. */
    private static Tracing of(String service, String instance) {
        LogIds ids = new LogIds();
        try {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> DEFAULTS)
                    .addPropertiesSupplier(() -> Map.of("otel.service.name", service))
                    .addResourceCustomizer((resource, config) -> resource.toBuilder()
                            .put("service.namespace", "pgprimacy")
                            .put("service.instance.id", instance)
                            .build())
                    .addTracerProviderCustomizer((provider, config) -> provider.setIdGenerator(ids))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
            LOG.info("what happens is told as traces, as the OTEL_ environment variables say");
            return new Tracing(Optional.of(sdk), ids);
        } catch (RuntimeException e) {
            LOG.warn(
                    "there will be no traces, because the OTEL_ environment variables are not understood: {}",
                    e.toString());
            return off();
        }
    }

    private static boolean isWanted() {
        return Stream.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
                .anyMatch(name -> Optional.ofNullable(System.getenv(name))
                        .filter(value -> !value.isBlank())
                        .isPresent());
    }

    public boolean isOn() {
        return sdk.isPresent();
    }

    /** @param writer whose records in the log this service's are */
    public LogTraces log(String writer) {
        return new LogTraces(tracer(), ids, writer, begun.toEpochMilli());
    }

    public RequestTraces requests() {
        return new RequestTraces(tracer());
    }

    private Optional<Tracer> tracer() {
        return sdk.map(s -> s.getTracer(SCOPE));
    }

    /** Sends what is still to be sent, for a short while. */
    @Override
    public void close() {
        sdk.ifPresent(OpenTelemetrySdk::close);
    }
}
