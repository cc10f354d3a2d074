package io.pgprimacy.storage.api;

import io.pgprimacy.backup.retention.DumpRetention;
import io.pgprimacy.backup.retention.RetentionPlan;
import io.pgprimacy.backup.retention.RetentionPlan.Goes;
import io.pgprimacy.backup.retention.RetentionPlan.Stays;
import io.pgprimacy.backup.retention.RetentionPlan.Verdict;
import io.pgprimacy.backup.retention.RetentionPolicy;
import io.pgprimacy.backup.retention.WalNeed;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.DumpExpiry;
import io.pgprimacy.storage.repository.Expiry;
import io.pgprimacy.storage.repository.Expiry.Applied;
import io.pgprimacy.storage.repository.Verification;
import io.pgprimacy.storage.repository.Verification.Limits;
import io.pgprimacy.storage.wal.WalExpiry;
import io.pgprimacy.storage.wal.WalExpiry.Amount;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What operators, and coordinators for them, decide about backups: how long they stay. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
class RetentionController {
    private static final String PIN = "/{incarnation}/{shelf:backups|dumps}/{backup}/pin";
    private static final Duration LONGEST_RUN = Duration.ofSeconds(60);

    private final Expiry expiry;
    private final DumpExpiry dumpExpiry;
    private final WalExpiry walExpiry;
    private final Verification verification;

    RetentionController(Expiry expiry, DumpExpiry dumpExpiry, WalExpiry walExpiry, Verification verification) {
        this.expiry = expiry;
        this.dumpExpiry = dumpExpiry;
        this.walExpiry = walExpiry;
        this.verification = verification;
    }

    /** What is missing keeps nothing. */
    record PolicyWanted(
            @Nullable Integer full,
            @Nullable String window,
            @Nullable Integer daily,
            @Nullable Integer weekly,
            @Nullable Integer monthly) {
        RetentionPolicy policy() {
            return new RetentionPolicy(
                    number(full),
                    window == null ? Duration.ZERO : DurationStyle.detectAndParse(window),
                    number(daily),
                    number(weekly),
                    number(monthly));
        }

        private static int number(@Nullable Integer given) {
            return given == null ? 0 : given;
        }
    }

    record ApplyWanted(PolicyWanted policy, String actor, String reason) {
        ApplyWanted {
            Required.given("policy", policy);
            actor = Required.text("actor", actor);
            reason = Required.text("reason", reason);
        }
    }

    record PinWanted(String actor, String reason) {
        PinWanted {
            actor = Required.text("actor", actor);
            reason = Required.text("reason", reason);
        }
    }

    /** @param stays whether a rule keeps it */
    record VerdictView(String backup, int incarnation, boolean stays, List<String> because) {}

    /**
     * @param wal that stays, in words
     * @param walGoes what goes in the end
     */
    record Plan(List<VerdictView> backups, List<String> wal, Amount walGoes) {}

    /** What a run did; backups by their ids. */
    record Done(
            List<String> marked,
            List<String> waiting,
            List<String> released,
            List<String> removed,
            Amount walMarked,
            Amount walRemoved) {}

    record VerificationWanted(int seconds, long bytesPerSecond) {}

    @OperatorsOnly
    @PostMapping("/retention/plan")
    Plan plan(@PathVariable String cluster, @RequestBody PolicyWanted wanted) {
        ClusterId id = new ClusterId(cluster);
        RetentionPlan plan = expiry.plan(id, wanted.policy());
        Amount walGoes = walExpiry.plan(id, plan);
        return new Plan(
                Stream.concat(
                                plan.verdicts().stream().map(RetentionController::view),
                                dumpExpiry.plan(id, wanted.policy()).stream().map(RetentionController::view))
                        .toList(),
                plan.wal().stream().map(RetentionController::view).distinct().toList(),
                walGoes);
    }

    @OperatorsOnly
    @PostMapping("/retention/apply")
    Done apply(@PathVariable String cluster, @RequestBody ApplyWanted wanted) {
        ClusterId id = new ClusterId(cluster);
        RetentionPolicy policy = wanted.policy().policy();
        Applied backups = expiry.apply(id, policy, wanted.actor(), wanted.reason());
        WalExpiry.Applied wal = walExpiry.apply(id, policy, wanted.actor(), wanted.reason());
        Applied dumps = dumpExpiry.apply(id, policy, wanted.actor(), wanted.reason());
        return new Done(
                both(backups.marked(), dumps.marked()),
                both(backups.waiting(), dumps.waiting()),
                both(backups.released(), dumps.released()),
                both(backups.removed(), dumps.removed()),
                wal.marked(),
                wal.removed());
    }

    @OperatorsOnly
    @PutMapping(PIN)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void pin(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup,
            @RequestBody PinWanted wanted) {
        expiry.pin(Places.of(cluster, incarnation, shelf, backup), wanted.actor(), wanted.reason());
    }

    @OperatorsOnly
    @DeleteMapping(PIN)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unpin(
            @PathVariable String cluster,
            @PathVariable int incarnation,
            @PathVariable String shelf,
            @PathVariable String backup) {
        expiry.unpin(Places.of(cluster, incarnation, shelf, backup));
    }

    /** One bounded run; whoever wants more asks again. */
    @OperatorsOnly
    @PostMapping("/verifications")
    Verification.Outcome verify(@PathVariable String cluster, @RequestBody VerificationWanted wanted) {
        Duration time = Duration.ofSeconds(wanted.seconds());
        if (time.compareTo(LONGEST_RUN) > 0) {
            throw new IllegalArgumentException("seconds is more than " + LONGEST_RUN.toSeconds());
        }
        return verification.run(new ClusterId(cluster), new Limits(time, wanted.bytesPerSecond()));
    }

    private static VerdictView view(Verdict verdict) {
        List<String> because =
                switch (verdict) {
                    case Stays stays -> stays.because();
                    case Goes goes -> List.of(goes.because());
                };
        return new VerdictView(
                verdict.backup().id().value(),
                verdict.backup().incarnation().value(),
                verdict instanceof Stays,
                because);
    }

    private static VerdictView view(DumpRetention.Verdict verdict) {
        return new VerdictView(
                verdict.dump().id().value(), verdict.dump().incarnation().value(), verdict.stays(), verdict.because());
    }

    private static List<String> both(List<String> backups, List<String> dumps) {
        return Stream.concat(backups.stream(), dumps.stream()).toList();
    }

    private static String view(WalNeed need) {
        return switch (need) {
            case WalNeed.Since since ->
                "incarnation %s, all timelines, since %s: %s".formatted(since.incarnation(), since.from(), since.why());
            case WalNeed.Between between ->
                "incarnation %s, timeline %s, %s to %s: %s"
                        .formatted(
                                between.incarnation(),
                                between.range().timeline(),
                                between.range().start(),
                                between.range().end(),
                                between.why());
        };
    }
}
