package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.StoreFront;
import java.util.List;

/** Programs with the compilers that agents give them, not in the haste of tests. */
class AsAgentsStartIt implements StoreFront {
    @Override
    public List<String> javaOptions() {
        return List.of("-XX:TieredStopAtLevel=4", "-XX:CompileThresholdScaling=0.1");
    }
}
