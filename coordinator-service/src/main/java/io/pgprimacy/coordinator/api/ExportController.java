package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.id.ClusterId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The log for auditors. Each export reads the topic anew, so only a few run at the same time. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
@Tag(name = "history", description = "What happened, and why")
class ExportController {
    private static final Logger LOG = LoggerFactory.getLogger(ExportController.class);
    private static final int MOST_EXPORTS = 2;

    private final Fleet fleet;
    private final LogExport export;
    private final Semaphore places = new Semaphore(MOST_EXPORTS);

    ExportController(Fleet fleet, LogExport export) {
        this.fleet = fleet;
        this.export = export;
    }

    @GetMapping(path = "/log", produces = "application/x-ndjson")
    @Operation(
            summary = "The whole log, one record a line",
            description =
                    "Every record that the topic holds at this moment, heartbeats too, as CloudEvents in JSON. Decisions and requests carry"
                            + " their link of the hash chain. The last line says how many there were: without it something is missing")
    void log(@PathVariable String cluster, HttpServletResponse response) throws IOException {
        fleet.snapshot(cluster);
        if (!places.tryAcquire()) {
            throw new ApiFailure(
                    ErrorCode.TOO_MANY_WATCHERS,
                    MOST_EXPORTS + " exports are under way at this coordinator",
                    "wait for one to end, or ask another coordinator");
        }
        try {
            write(fleet.id(cluster), response);
        } finally {
            places.release();
        }
    }

    private void write(ClusterId cluster, HttpServletResponse response) throws IOException {
        response.setContentType("application/x-ndjson");
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        Writer out = new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
        try {
            export.read(cluster, line -> out.write(line + "\n"));
            out.flush();
        } catch (LogExport.Unavailable e) {
            if (!response.isCommitted()) {
                response.resetBuffer();
                throw new ApiFailure(
                        ErrorCode.LOG_UNAVAILABLE, String.valueOf(e.getMessage()), "is Kafka reachable? Ask again", e);
            }
            // Too late for a status. What is missing is the last line, and its reader looks for that.
            LOG.warn("an export was broken off: {}", e.getMessage());
        }
    }
}
