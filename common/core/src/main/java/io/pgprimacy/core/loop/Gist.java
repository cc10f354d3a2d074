package io.pgprimacy.core.loop;

import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import java.util.Optional;

/** What others should know of at once: a heartbeat that says something else of this does not wait for its turn. */
record Gist(Class<?> view, boolean streams, Optional<LeaseClaim> claim, Optional<NodeAction> job) {
    static Gist of(Observation seen, Optional<LeaseClaim> claim) {
        boolean streams =
                seen.view() instanceof PostgresView.Standby s && s.upstream().streaming();
        return new Gist(seen.view().getClass(), streams, claim, seen.job());
    }
}
