package io.pgprimacy.simulation;

import io.pgprimacy.core.loop.NodeHands;
import io.pgprimacy.core.plan.NodeAction;
import java.util.Optional;

/** The seam of what becomes of data around a restore (S9). */
final class RestoreBreakages {
    private RestoreBreakages() {}

    /** Half of all that agents do fails, else it would take half a million seeds: a restore must fail, and going back from it, each twice. */
    static final class RebuildKeepsNothing extends Seams {
        private static final double HALF = 0.5;

        @Override
        double failing(double usually) {
            return super.failing(usually) > 0 ? HALF : 0;
        }

        @Override
        NodeHands hands(SimHost host, NodeHands real) {
            return new Breakages.Altered(real) {
                @Override
                public void begin(NodeAction action) {
                    real.begin(
                            action instanceof NodeAction.Rebuild r
                                    ? new NodeAction.Rebuild(
                                            r.term(), r.source(), r.endpoint(), r.ordered(), Optional.empty())
                                    : action);
                }
            };
        }
    }
}
