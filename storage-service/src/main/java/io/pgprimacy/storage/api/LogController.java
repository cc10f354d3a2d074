package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.LogArchive;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A cluster's log, for coordinators alone: an agent's host that was broken into must not be able to write the audit trail. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
class LogController {
    private final LogArchive logs;

    LogController(LogArchive logs) {
        this.logs = logs;
    }

    record Logs(List<LogArchive.StoredLog> logs) {}

    record Stretch(String stretch) {
        Stretch {
            Required.given("stretch", stretch);
        }
    }

    @OperatorsOnly
    @GetMapping(path = "/logs", produces = MediaType.APPLICATION_JSON_VALUE)
    String list(@PathVariable String cluster) {
        return Json.mapper().writeValueAsString(new Logs(logs.list(new ClusterId(cluster))));
    }

    @OperatorsOnly
    @GetMapping("/{incarnation}/log/{from}")
    Stretch read(@PathVariable String cluster, @PathVariable int incarnation, @PathVariable long from) {
        return new Stretch(logs.read(place(cluster, incarnation, from)).text());
    }

    @OperatorsOnly
    @PutMapping("/{incarnation}/log/{from}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void append(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable long from,
            @RequestBody Stretch wanted) {
        logs.append(place(cluster, incarnation, from), wanted.stretch());
    }

    private static LogPlace place(String cluster, int incarnation, long from) {
        return new LogPlace(new ClusterId(cluster), new Incarnation(incarnation), from);
    }
}
