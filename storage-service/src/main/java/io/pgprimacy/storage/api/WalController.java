package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.repository.Grant;
import io.pgprimacy.storage.wal.WalCatalog;
import io.pgprimacy.storage.wal.WalTerms;
import io.pgprimacy.storage.wal.WalUploads;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a primary's WAL keeper asks for; {@link Tokens} have let it in, for its own cluster only. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}/{incarnation}/wal")
class WalController {
    private final WalTerms terms;
    private final WalUploads uploads;
    private final WalCatalog catalog;

    WalController(WalTerms terms, WalUploads uploads, WalCatalog catalog) {
        this.terms = terms;
        this.uploads = uploads;
        this.catalog = catalog;
    }

    record TermDeclared(long term, long timeline, String systemIdentifier, long walSegmentSize, int version) {
        TermDeclared {
            Required.given("systemIdentifier", systemIdentifier);
        }
    }

    record PutWanted(String object, long length, String sha256, long term, long timeline) {
        PutWanted {
            Required.given("object", object);
            Required.given("sha256", sha256);
        }
    }

    @PostMapping("/terms")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void declare(@PathVariable String cluster, @PathVariable int incarnation, @RequestBody TermDeclared declared) {
        terms.declare(
                place(cluster, incarnation),
                new WalTerm(
                        WalTerm.FORMAT,
                        declared.term(),
                        new TimelineId(declared.timeline()),
                        new SystemIdentifier(declared.systemIdentifier()),
                        declared.walSegmentSize(),
                        declared.version()));
    }

    @PostMapping("/puts")
    Grant put(@PathVariable String cluster, @PathVariable int incarnation, @RequestBody PutWanted wanted) {
        return uploads.put(
                place(cluster, incarnation),
                wanted.object(),
                new Part(wanted.length(), wanted.sha256()),
                wanted.term(),
                new TimelineId(wanted.timeline()));
    }

    /** In the words of the repository's format, and by its codec. */
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    String report(@PathVariable String cluster, @PathVariable int incarnation) {
        return Json.indented().writeValueAsString(catalog.report(place(cluster, incarnation)));
    }

    /** For who restores: the names that {@code downloads} takes, below the archive's directory. */
    @GetMapping(path = "/objects", produces = MediaType.APPLICATION_JSON_VALUE)
    String objects(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @RequestParam(defaultValue = "0/0") String from) {
        return Json.mapper().writeValueAsString(catalog.listing(place(cluster, incarnation), Lsn.parse(from)));
    }

    private static WalPlace place(String cluster, int incarnation) {
        return new WalPlace(new ClusterId(cluster), new Incarnation(incarnation));
    }
}
