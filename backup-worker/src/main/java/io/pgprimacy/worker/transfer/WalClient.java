package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.restore.ObjectSource;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.backup.wal.WalTerm;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Map;

/**
 * What a WAL keeper asks of the storage service ({@code docs/reference/storage-api.md}). Nothing is repeated here: who keeps WAL has to know at
 * once that the store is away.
 */
public final class WalClient implements ObjectSource {
    private final StorageRequests requests;
    private final WalPlace place;
    private final WalTerm term;
    private final String archive;

    public WalClient(URI service, String token, WalPlace place, WalTerm term) {
        this.requests = new StorageRequests(service, token, place.cluster());
        this.place = place;
        this.term = term;
        this.archive = "/" + place.incarnation() + "/wal";
    }

    /** From here on nobody of an older term adds anything. */
    public void declare() throws IOException {
        once(() -> requests.ask(
                archive + "/terms",
                Map.of(
                        "term", term.term(),
                        "timeline", term.timeline().value(),
                        "systemIdentifier", term.systemIdentifier().value(),
                        "walSegmentSize", term.walSegmentSize(),
                        "version", term.version())));
    }

    public WalReport report() throws IOException {
        return once(() -> Json.mapper()
                .treeToValue(requests.answer(requests.request(archive).GET()), WalReport.class));
    }

    /**
     * Puts an object in one piece; false where there is one of that name already.
     *
     * @param name in the repository
     */
    public boolean put(String name, StoredBytes content) throws IOException {
        Part whole = content.describe();
        Map<String, Object> wanted = Map.of(
                "object", name.substring(place.directory().length()),
                "length", whole.length(),
                "sha256", whole.sha256(),
                "term", term.term(),
                "timeline", term.timeline().value());
        return once(() -> requests.put(requests.ask(archive + "/puts", wanted), content.publisher())
                        .statusCode()
                != StorageRequests.THERE_ALREADY);
    }

    @Override
    public InputStream open(String name) throws IOException {
        return requests.open(name);
    }

    private static <T> T once(Attempts.Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was cancelled");
        }
    }
}
