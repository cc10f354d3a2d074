package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.BackupStates.Proof;
import io.pgprimacy.storage.repository.BackupUploads;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Grant;
import io.pgprimacy.storage.store.PartReceipt;
import java.time.Clock;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What an agent asks for while it takes a backup or restores one; {@link Tokens} has let it in, for its own cluster only. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
class BackupsController {
    private static final String BACKUP = "/{incarnation}/{shelf:backups|dumps}/{backup}";
    private static final String PROOF = "/{incarnation}/backups/{backup}/proof";
    private static final int MOST_NAMES = 1000;

    private final BackupUploads uploads;
    private final Catalog catalog;
    private final Clock clock;

    BackupsController(BackupUploads uploads, Catalog catalog, Clock clock) {
        this.uploads = uploads;
        this.catalog = catalog;
        this.clock = clock;
    }

    record ObjectName(String object) {
        ObjectName {
            Required.given("object", object);
        }
    }

    record Upload(String uploadId) {}

    record PartWanted(String object, String uploadId, int number, long length, String sha256) {
        PartWanted {
            Required.given("object", object);
            Required.given("uploadId", uploadId);
            Required.given("sha256", sha256);
        }
    }

    record PutWanted(String object, long length, String sha256) {
        PutWanted {
            Required.given("object", object);
            Required.given("sha256", sha256);
        }
    }

    record Completion(String object, String uploadId, List<PartReceipt> parts, long length) {
        Completion {
            Required.given("object", object);
            Required.given("uploadId", uploadId);
            for (PartReceipt part : Required.given("parts", parts)) {
                Required.given("etag", Required.given("part", part).etag());
            }
        }
    }

    record DownloadsWanted(List<String> names) {
        DownloadsWanted {
            for (String name : Required.given("names", names)) {
                Required.given("name", name);
            }
            if (names.size() > MOST_NAMES) {
                throw new IllegalArgumentException("more than " + MOST_NAMES + " names");
            }
        }
    }

    record Downloads(List<Grant> grants) {}

    /** @param seconds from the beginning of the restore until it was open */
    record ProofGiven(double seconds) {
        ProofGiven {
            if (!(seconds > 0)) {
                throw new IllegalArgumentException("seconds is not positive");
            }
        }
    }

    @PostMapping(BACKUP + "/uploads")
    Upload begin(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup,
            @RequestBody ObjectName wanted) {
        return new Upload(uploads.begin(Places.of(cluster, incarnation, shelf, backup), wanted.object()));
    }

    @PostMapping(BACKUP + "/parts")
    Grant part(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup,
            @RequestBody PartWanted wanted) {
        Part part = new Part(wanted.length(), wanted.sha256());
        return uploads.part(
                Places.of(cluster, incarnation, shelf, backup),
                wanted.object(),
                wanted.uploadId(),
                wanted.number(),
                part);
    }

    @PostMapping(BACKUP + "/puts")
    Grant put(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup,
            @RequestBody PutWanted wanted) {
        Part whole = new Part(wanted.length(), wanted.sha256());
        return uploads.put(Places.of(cluster, incarnation, shelf, backup), wanted.object(), whole);
    }

    @PostMapping(BACKUP + "/completions")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void complete(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup,
            @RequestBody Completion done) {
        uploads.complete(
                Places.of(cluster, incarnation, shelf, backup),
                done.object(),
                done.uploadId(),
                done.parts(),
                done.length());
    }

    @PostMapping(path = BACKUP + "/manifest", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void commit(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup,
            @RequestBody byte[] manifest) {
        uploads.commit(Places.of(cluster, incarnation, shelf, backup), manifest);
    }

    /** An agent's drill has restored it and found all of it right. */
    @PostMapping(PROOF)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void prove(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String backup,
            @RequestBody ProofGiven proof) {
        catalog.prove(Places.of(cluster, incarnation, "backups", backup), new Proof(clock.instant(), proof.seconds()));
    }

    /** In the words of the repository's format, and by its codec. */
    @GetMapping(path = "/backups", produces = MediaType.APPLICATION_JSON_VALUE)
    String backups(@PathVariable String cluster) {
        return Json.indented().writeValueAsString(catalog.list(new ClusterId(cluster)));
    }

    @GetMapping(path = "/dumps", produces = MediaType.APPLICATION_JSON_VALUE)
    String dumps(@PathVariable String cluster) {
        return Json.indented().writeValueAsString(catalog.dumps(new ClusterId(cluster)));
    }

    @PostMapping("/downloads")
    Downloads downloads(@PathVariable String cluster, @RequestBody DownloadsWanted wanted) {
        ClusterId id = new ClusterId(cluster);
        return new Downloads(
                wanted.names().stream().map(name -> catalog.download(id, name)).toList());
    }
}
