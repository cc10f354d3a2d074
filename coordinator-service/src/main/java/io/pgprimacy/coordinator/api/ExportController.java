package io.pgprimacy.coordinator.api;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.coordinator.archive.ArchivedLog;
import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.id.ClusterId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The log for auditors. Each export reads the topic or the store anew, so only a few run at the same time. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
@Tag(name = "history", description = "What happened, and why")
class ExportController {
    private static final Logger LOG = LoggerFactory.getLogger(ExportController.class);
    private static final int MOST_EXPORTS = 2;
    private static final String TOPIC = "topic";
    private static final String STORE = "store";

    private final Fleet fleet;
    private final LogExport export;
    private final ArchivedLog archive;
    private final Semaphore places = new Semaphore(MOST_EXPORTS);

    ExportController(Fleet fleet, LogExport export, ArchivedLog archive) {
        this.fleet = fleet;
        this.export = export;
        this.archive = archive;
    }

    @GetMapping(path = "/log", produces = "application/x-ndjson")
    @Operation(
            summary = "The whole log, one record a line",
            description =
                    "Every record that the topic holds at this moment, heartbeats too, as CloudEvents in JSON. Decisions and requests carry"
                            + " their link of the hash chain. The last line says how many there were: without it something is missing."
                            + " With source=store what the object store holds of it, without heartbeats and also when the topic is gone;"
                            + " it is verified before the first line is sent")
    void log(
            @PathVariable String cluster,
            @RequestParam(defaultValue = TOPIC)
                    @Parameter(description = "Where from", schema = @Schema(allowableValues = {TOPIC, STORE}))
                    String source,
            @RequestParam(required = false)
                    @Parameter(description = "Which life of the cluster, with source=store; left out: the newest")
                    @Nullable
                    Integer incarnation,
            HttpServletResponse response)
            throws IOException {
        Optional<Incarnation> life = life(source, incarnation);
        if (source.equals(TOPIC)) {
            fleet.snapshot(cluster);
        }
        if (!places.tryAcquire()) {
            throw new ApiFailure(
                    ErrorCode.TOO_MANY_WATCHERS,
                    MOST_EXPORTS + " exports are under way at this coordinator",
                    "wait for one to end, or ask another coordinator");
        }
        try {
            if (source.equals(TOPIC)) {
                write(fleet.id(cluster), response);
            } else {
                writeStored(fleet.id(cluster), life, response);
            }
        } finally {
            places.release();
        }
    }

    private static Optional<Incarnation> life(String source, @Nullable Integer incarnation) {
        if (!source.equals(TOPIC) && !source.equals(STORE)) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST, "source '" + source + "' is neither topic nor store", "leave it out");
        }
        if (incarnation != null && (incarnation < 1 || source.equals(TOPIC))) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "incarnation " + incarnation + " cannot be exported from the " + source,
                    "the topic holds one; in the store they are numbered from 1 on");
        }
        return Optional.ofNullable(incarnation).map(Incarnation::new);
    }

    /** By way of a file, because what is wrong with its end must be known before its beginning is sent. */
    private void writeStored(ClusterId cluster, Optional<Incarnation> life, HttpServletResponse response)
            throws IOException {
        Path whole = Files.createTempFile("pgprimacy-log-", ".jsonl");
        try {
            try (Writer out = Files.newBufferedWriter(whole)) {
                archive.read(cluster, life, line -> out.write(line + "\n"));
            }
            begin(response);
            Files.copy(whole, response.getOutputStream());
        } catch (NotThere e) {
            throw new ApiFailure(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    String.valueOf(e.getMessage()),
                    "nothing was exported; ask again",
                    e);
        } catch (ArchivedLog.Missing e) {
            throw new ApiFailure(
                    ErrorCode.UNKNOWN_LOG,
                    String.valueOf(e.getMessage()),
                    "a log is stored by and by once its cluster exists; without a storage service none is",
                    e);
        } catch (Refused | RepositoryDamaged e) {
            throw new ApiFailure(
                    ErrorCode.STORED_LOG_DAMAGED,
                    String.valueOf(e.getMessage()),
                    "nothing was exported; docs/reference/repository-format.md says where it lies, and another copy of the bucket may have it",
                    e);
        } finally {
            Files.delete(whole);
        }
    }

    private static void begin(HttpServletResponse response) {
        response.setContentType("application/x-ndjson");
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
    }

    private void write(ClusterId cluster, HttpServletResponse response) throws IOException {
        begin(response);
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
