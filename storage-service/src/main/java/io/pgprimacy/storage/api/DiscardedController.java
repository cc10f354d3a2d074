package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.wal.DiscardedId;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Grant;
import io.pgprimacy.storage.wal.DiscardedUploads;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the agent of an old primary asks for before its WAL is overwritten; {@link Tokens} have let it in, for its own cluster only. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}/{incarnation}/discarded/{id}")
class DiscardedController {
    private final DiscardedUploads uploads;

    DiscardedController(DiscardedUploads uploads) {
        this.uploads = uploads;
    }

    record PutWanted(String object, long length, String sha256) {
        PutWanted {
            Required.given("object", object);
            Required.given("sha256", sha256);
        }
    }

    @PostMapping("/puts")
    Grant put(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String id,
            @RequestBody PutWanted wanted) {
        return uploads.put(
                place(cluster, incarnation, id), wanted.object(), new Part(wanted.length(), wanted.sha256()));
    }

    @PostMapping(path = "/summary", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void commit(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String id,
            @RequestBody byte[] summary) {
        uploads.commit(place(cluster, incarnation, id), summary);
    }

    private static DiscardedPlace place(String cluster, int incarnation, String id) {
        return new DiscardedPlace(new ClusterId(cluster), new Incarnation(incarnation), new DiscardedId(id));
    }
}
