package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.Incarnations;
import io.pgprimacy.storage.wal.OriginCheck;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a new cluster begins with, and where it archives. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
class OriginController {
    private final OriginCheck check;
    private final Incarnations incarnations;
    private final Map<String, String> tokens;

    OriginController(
            OriginCheck check, Incarnations incarnations, @Qualifier("clusterTokens") Map<String, String> tokens) {
        this.check = check;
        this.incarnations = incarnations;
        this.tokens = tokens;
    }

    /** @param into the cluster that is to begin with it; left out: the same */
    record OriginWanted(
            String to,
            @Nullable Integer incarnation,
            @Nullable String backup,
            @Nullable String into) {
        OriginWanted {
            Required.given("to", to);
        }
    }

    /** @param from the cluster whose data it begins with; left out: none's */
    record LifeWanted(
            String actor,
            String reason,
            @Nullable String from,
            @Nullable Integer incarnation,
            @Nullable String to) {
        LifeWanted {
            Required.given("actor", actor);
            Required.given("reason", reason);
        }
    }

    record Claimed(int incarnation) {}

    @OperatorsOnly
    @PostMapping(path = "/origin", produces = MediaType.APPLICATION_JSON_VALUE)
    String origin(@PathVariable String cluster, @RequestBody OriginWanted wanted) {
        OriginCheck.Origin origin = check.of(
                new ClusterId(cluster),
                new OriginCheck.Wanted(
                        RecoveryTarget.parse(wanted.to()),
                        Optional.ofNullable(wanted.incarnation()).map(Incarnation::new),
                        Optional.ofNullable(wanted.backup())));
        if (wanted.into() != null && !tokens.containsKey(wanted.into())) {
            throw new RestoreRefused(
                    "the storage service has no token of cluster " + wanted.into()
                            + ", so its agents could read nothing",
                    "set pgprimacy.storage.tokens." + wanted.into()
                            + " and start the storage service again; the agents show the same in storage.token.file");
        }
        return Json.indented().writeValueAsString(origin);
    }

    @OperatorsOnly
    @PostMapping("/incarnations")
    Claimed claim(@PathVariable String cluster, @RequestBody LifeWanted wanted) {
        return new Claimed(incarnations
                .claim(
                        new ClusterId(cluster),
                        wanted.actor(),
                        wanted.reason(),
                        Optional.ofNullable(wanted.from()).map(ClusterId::new),
                        Optional.ofNullable(wanted.incarnation()).map(Incarnation::new),
                        Optional.ofNullable(wanted.to()))
                .value());
    }
}
