package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.NodeId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Each wish is checked as far as it can be, then becomes an event; whether it is granted, the rules decide. */
@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/requests", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(
        name = "requests",
        description =
                "What a person asks for; every one carries actor and reason. With `dryRun=true` nothing is asked for: 200, and what would be decided now")
class RequestsController {
    private final Fleet fleet;
    private final RequestDesk desk;
    private final RestoreReach reach;

    RequestsController(Fleet fleet, RequestDesk desk, RestoreReach reach) {
        this.fleet = fleet;
        this.desk = desk;
        this.reach = reach;
    }

    record PlainRequest(@Nullable String actor, @Nullable String reason) {}

    record SwitchoverRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String to) {}

    record FailoverRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String to,
            @Nullable Boolean allowDataLoss,
            @Nullable Boolean oldPrimaryIsDown) {}

    record NodeRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String node) {}

    record ConfigRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable ConfigView config) {}

    /**
     * @param from the node to take it of; left out: the fittest
     * @param databases of a logical one, what to dump; left out: all
     */
    record BackupRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String type,
            @Nullable String from,
            @Nullable List<String> databases) {}

    /**
     * @param backup the one to be proven; left out: the newest that is sound
     * @param on the node to do it on; left out: the fittest standby
     */
    record DrillRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String backup,
            @Nullable String on) {}

    /**
     * @param to the target: latest, a time with its zone, an LSN, xid:N or name:NAME
     * @param exclusive ends before the target rather than with it
     * @param backup the only one to begin with; left out: the last one before the target
     * @param node the one that restores and becomes primary; left out: the present primary
     */
    record RestoreRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String to,
            @Nullable Boolean exclusive,
            @Nullable String backup,
            @Nullable String node) {}

    @PostMapping("/switchover")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Moves the primary without losing anything")
    ResponseEntity<Answer> switchover(
            @PathVariable String cluster,
            @RequestBody SwitchoverRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        return desk.submit(
                fleet.id(cluster),
                new Request.SwitchoverRequested(RequestId.ofCall(), origin, target(cluster, body.to())),
                dryRun);
    }

    @PostMapping("/failover")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Makes another member the primary although the old one may be gone")
    ResponseEntity<Answer> failover(
            @PathVariable String cluster,
            @RequestBody FailoverRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        return desk.submit(
                fleet.id(cluster),
                new Request.FailoverRequested(
                        RequestId.ofCall(),
                        origin,
                        target(cluster, body.to()),
                        Boolean.TRUE.equals(body.allowDataLoss()),
                        Boolean.TRUE.equals(body.oldPrimaryIsDown())),
                dryRun);
    }

    @PostMapping("/pause")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Nothing is automatic until resume")
    ResponseEntity<Answer> pause(
            @PathVariable String cluster,
            @RequestBody PlainRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return maintenance(cluster, body, true, dryRun);
    }

    @PostMapping("/resume")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Automation goes on")
    ResponseEntity<Answer> resume(
            @PathVariable String cluster,
            @RequestBody PlainRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return maintenance(cluster, body, false, dryRun);
    }

    private ResponseEntity<Answer> maintenance(String cluster, PlainRequest body, boolean paused, boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        fleet.created(cluster);
        return desk.submit(
                fleet.id(cluster), new Request.MaintenanceRequested(RequestId.ofCall(), origin, paused), dryRun);
    }

    @PostMapping("/rebuild")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Throws a standby's data away and fills it anew")
    ResponseEntity<Answer> rebuild(
            @PathVariable String cluster,
            @RequestBody NodeRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return aboutMember(cluster, body, dryRun, Request.RebuildRequested::new);
    }

    @PostMapping("/restart")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Stops a standby's PostgreSQL and starts it again, for parameters that wait for that")
    ResponseEntity<Answer> restart(
            @PathVariable String cluster,
            @RequestBody NodeRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return aboutMember(cluster, body, dryRun, Request.RestartRequested::new);
    }

    @PostMapping("/reload")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Has a member's PostgreSQL read its configuration again")
    ResponseEntity<Answer> reload(
            @PathVariable String cluster,
            @RequestBody NodeRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return aboutMember(cluster, body, dryRun, Request.ReloadRequested::new);
    }

    @PostMapping("/restore")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Brings the whole cluster back to a moment; what was committed after it is discarded")
    ResponseEntity<Answer> restore(
            @PathVariable String cluster,
            @RequestBody RestoreRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        RestoreGoal goal = desk.goal(body.to(), Boolean.TRUE.equals(body.exclusive()), body.backup());
        Request wish = new Request.RestoreRequested(RequestId.ofCall(), origin, target(cluster, body.node()), goal);
        if (desk.earlier(fleet.id(cluster), wish.id()).isEmpty()) {
            reach.require(fleet.created(cluster).state(), goal);
        }
        return desk.submit(fleet.id(cluster), wish, dryRun);
    }

    @PostMapping("/restore-confirm")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary =
                    "Says that what was restored is right: what restores have replaced is removed, on the node named or on every member")
    ResponseEntity<Answer> confirmRestore(
            @PathVariable String cluster,
            @RequestBody NodeRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        Snapshot now = fleet.created(cluster);
        Optional<NodeId> node = Optional.ofNullable(body.node()).map(name -> fleet.anyNode(now, name));
        return desk.submit(
                fleet.id(cluster), new Request.RestoreConfirmRequested(RequestId.ofCall(), origin, node), dryRun);
    }

    @PostMapping("/remove")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Takes a member out of the cluster")
    ResponseEntity<Answer> remove(
            @PathVariable String cluster,
            @RequestBody NodeRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return aboutMember(cluster, body, dryRun, Request.MemberRemovalRequested::new);
    }

    @PostMapping("/admit")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Lets a node in that was removed or refused before")
    ResponseEntity<Answer> admit(
            @PathVariable String cluster,
            @RequestBody NodeRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        NodeId node = fleet.anyNode(
                fleet.created(cluster), desk.node("node", body.node()).value());
        return desk.submit(
                fleet.id(cluster), new Request.MemberAdmissionRequested(RequestId.ofCall(), origin, node), dryRun);
    }

    @PostMapping("/config")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Changes the configuration; what is left out stays as it is",
            description =
                    "With `If-Match` and the ETag of /config it is refused with 412 where the configuration has been changed since."
                            + " Without it a change that another one has overtaken on its way is refused, too: its operation says so.")
    ResponseEntity<Answer> config(
            @PathVariable String cluster,
            @RequestBody ConfigRequest body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        if (body.config() == null) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST, "config is missing", "name at least one setting to be changed");
        }
        ClusterState base = fleet.created(cluster).state();
        String id = RequestId.ofCall();
        boolean repeated = desk.earlier(fleet.id(cluster), id).isPresent();
        if (!repeated) {
            ConfigVersion.require(base, ifMatch);
        }
        // What is left out is as it is now: where another change comes first, the rules refuse this one rather than
        // undo that.
        Request request = new Request.ConfigChangeRequested(
                id,
                origin,
                desk.config(body.config(), base.config().orElseThrow()),
                OptionalLong.of(base.configSequence()));
        ResponseEntity<Answer> answer = desk.submit(fleet.id(cluster), request, dryRun);
        if (ifMatch != null && !repeated && !dryRun) {
            desk.refusal(fleet.id(cluster), id).ifPresent(why -> {
                throw ConfigVersion.changed(why);
            });
        }
        return answer;
    }

    @PostMapping("/backup")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Takes a backup: full, differential, incremental or logical, of the node named or of the fittest")
    ResponseEntity<Answer> backup(
            @PathVariable String cluster,
            @RequestBody BackupRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        BackupType type = desk.backupType(body.type());
        return desk.submit(
                fleet.id(cluster),
                new Request.BackupRequested(
                        RequestId.ofCall(),
                        origin,
                        type,
                        target(cluster, body.from()),
                        desk.databases(type, body.databases())),
                dryRun);
    }

    @PostMapping("/backup-cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Ends the backup that is being taken")
    ResponseEntity<Answer> cancelBackup(
            @PathVariable String cluster,
            @RequestBody PlainRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        fleet.created(cluster);
        return desk.submit(fleet.id(cluster), new Request.BackupCancelRequested(RequestId.ofCall(), origin), dryRun);
    }

    @PostMapping("/drill")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Proves a backup: restores it where nobody can reach it, checks all of it, and removes it again")
    ResponseEntity<Answer> drill(
            @PathVariable String cluster,
            @RequestBody DrillRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        return desk.submit(
                fleet.id(cluster),
                new Request.DrillRequested(
                        RequestId.ofCall(), origin, desk.backup(body.backup()), target(cluster, body.on())),
                dryRun);
    }

    @PostMapping("/drill-cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Ends the drill that is under way")
    ResponseEntity<Answer> cancelDrill(
            @PathVariable String cluster,
            @RequestBody PlainRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        fleet.created(cluster);
        return desk.submit(fleet.id(cluster), new Request.DrillCancelRequested(RequestId.ofCall(), origin), dryRun);
    }

    @PostMapping("/reset-automation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Allows automatic failovers again: their count starts anew")
    ResponseEntity<Answer> resetAutomation(
            @PathVariable String cluster,
            @RequestBody PlainRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        fleet.created(cluster);
        return desk.submit(fleet.id(cluster), new Request.AutomationResetRequested(RequestId.ofCall(), origin), dryRun);
    }

    /** Of the request that it becomes. */
    private interface AboutNode {
        Request of(String id, Request.Origin origin, NodeId node);
    }

    private ResponseEntity<Answer> aboutMember(String cluster, NodeRequest body, boolean dryRun, AboutNode wish) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        NodeId node = fleet.member(
                fleet.created(cluster), desk.node("node", body.node()).value());
        return desk.submit(fleet.id(cluster), wish.of(RequestId.ofCall(), origin, node), dryRun);
    }

    private Optional<NodeId> target(String cluster, @Nullable String to) {
        Snapshot now = fleet.created(cluster);
        return to == null ? Optional.empty() : Optional.of(fleet.member(now, to));
    }
}
