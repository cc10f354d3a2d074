package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.storage.api.BackupsController.Downloads;
import io.pgprimacy.storage.api.BackupsController.DownloadsWanted;
import io.pgprimacy.storage.wal.OriginReads;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the agents of a new cluster ask for while it is filled with another's data; {@link Tokens} have let them in by their own cluster's token. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}/{incarnation}/origin")
class OriginReadsController {
    private final OriginReads reads;

    OriginReadsController(OriginReads reads) {
        this.reads = reads;
    }

    @GetMapping(path = "/backups", produces = MediaType.APPLICATION_JSON_VALUE)
    String backups(@PathVariable String cluster, @PathVariable int incarnation) {
        return Json.indented().writeValueAsString(reads.backups(place(cluster, incarnation)));
    }

    @GetMapping(path = "/wal/objects", produces = MediaType.APPLICATION_JSON_VALUE)
    String objects(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @RequestParam(defaultValue = "0/0") String from) {
        return Json.mapper().writeValueAsString(reads.wal(place(cluster, incarnation), Lsn.parse(from)));
    }

    @PostMapping("/downloads")
    Downloads downloads(
            @PathVariable String cluster, @PathVariable int incarnation, @RequestBody DownloadsWanted wanted) {
        WalPlace reader = place(cluster, incarnation);
        return new Downloads(wanted.names().stream()
                .map(name -> reads.download(reader, name))
                .toList());
    }

    private static WalPlace place(String cluster, int incarnation) {
        return new WalPlace(new ClusterId(cluster), new Incarnation(incarnation));
    }
}
