package io.pgprimacy.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes traces as any collector does, over OTLP, and keeps them. */
final class TraceCollector implements AutoCloseable {
    private final List<Told> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /**
     * @param service with its instance, for instance {@code pgprimacy-agent/pg1}
     * @param parent empty for a root
     */
    record Told(
            String service,
            String name,
            String trace,
            String id,
            String parent,
            boolean failed,
            Map<String, String> attributes) {
        String attribute(String key) {
            return attributes.getOrDefault("pgprimacy." + key, "");
        }
    }

    TraceCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /** For processes that are to send here, soon. */
    Map<String, String> environment() {
        return Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "OTEL_BSP_SCHEDULE_DELAY",
                "200");
    }

    List<Told> spans() {
        return List.copyOf(spans);
    }

    private void take(HttpExchange exchange) throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
        for (ResourceSpans of : request.getResourceSpansList()) {
            Map<String, String> resource = map(of.getResource().getAttributesList());
            String service = resource.get("service.name") + "/" + resource.get("service.instance.id");
            of.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(told(service, span))));
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static Told told(String service, Span span) {
        HexFormat hex = HexFormat.of();
        return new Told(
                service,
                span.getName(),
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getStatus().getCodeValue() == 2,
                map(span.getAttributesList()));
    }

    private static Map<String, String> map(List<KeyValue> attributes) {
        Map<String, String> map = new TreeMap<>();
        attributes.forEach(a -> map.put(a.getKey(), a.getValue().getStringValue()));
        return map;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
