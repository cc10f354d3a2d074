package io.pgprimacy.storage.api;

import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.RelayTransfers;
import io.pgprimacy.storage.repository.RelayTransfers.Ticket;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Bytes through this service, for hosts that cannot reach the store. A part is held in memory, so there are only so many bytes at once. */
@RestController
class RelayController {
    private static final int LARGEST_PART = 64 * 1024 * 1024;
    private static final int KIBI = 1024;
    /** Parts are held twice for a moment, and the rest of the service needs memory too. */
    private static final int SHARE_OF_MEMORY = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RelayTransfers transfers;
    private final ObjectStore store;
    private final int kibis = (int) (Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY / KIBI);
    private final Semaphore memory = new Semaphore(kibis, true);

    RelayController(RelayTransfers transfers, ObjectStore store) {
        this.transfers = transfers;
        this.store = store;
    }

    @PutMapping("/relay/{ticket}")
    ResponseEntity<Void> put(@PathVariable String ticket, HttpServletRequest request)
            throws IOException, InterruptedException {
        Ticket granted = transfers.redeem("PUT", ticket);
        long most = Math.min(LARGEST_PART, (long) kibis * KIBI);
        if (granted.length() > most || request.getContentLengthLong() != granted.length()) {
            throw new Refusal(
                    Refusal.Reason.NAME_NOT_ALLOWED,
                    "granted are " + granted.length() + " bytes, of at most " + most + " at once with this memory");
        }
        int share = (int) (granted.length() / KIBI) + 1;
        if (!memory.tryAcquire(Math.min(share, kibis), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new StoreUnavailable("too many parts are being relayed");
        }
        try {
            byte[] content = request.getInputStream().readNBytes((int) granted.length());
            if (!sha256(content).equals(granted.sha256())) {
                throw new Refusal(Refusal.Reason.INCOMPLETE, "what came is not what was granted: its SHA-256 differs");
            }
            if (granted.uploadId().isEmpty()) {
                // As a store answers that is reached directly: whoever sent it finds out whether it is his own.
                boolean put = store.putIfAbsent(granted.name(), content);
                return ResponseEntity.status(put ? HttpStatus.OK : HttpStatus.PRECONDITION_FAILED)
                        .build();
            }
            String etag = store.putPart(granted.name(), granted.uploadId(), granted.number(), content)
                    .etag();
            return ResponseEntity.ok()
                    .header(HttpHeaders.ETAG, '"' + etag + '"')
                    .build();
        } finally {
            memory.release(Math.min(share, kibis));
        }
    }

    @GetMapping("/relay/{ticket}")
    ResponseEntity<InputStreamResource> get(@PathVariable String ticket) {
        Ticket granted = transfers.redeem("GET", ticket);
        InputStream content = store.open(granted.name())
                .orElseThrow(() -> new Refusal(Refusal.Reason.UNKNOWN, "there is no object " + granted.name()));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(new InputStreamResource(content));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
