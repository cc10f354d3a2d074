package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.backup.StoreFront;
import java.util.List;

/** Programs with the compilers that agents and units give them, not in the haste of tests. */
class AsAgentsStartIt implements StoreFront {
    @Override
    public List<String> javaOptions() {
        return List.of("-XX:TieredStopAtLevel=4");
    }

    /** As {@code JavaProgram.COMPILERS} of the agent. */
    @Override
    public List<String> workerOptions() {
        return List.of(
                "-XX:NewRatio=4",
                "-XX:Tier4InvocationThreshold=50000",
                "-XX:Tier4MinInvocationThreshold=6000",
                "-XX:Tier4CompileThreshold=150000",
                "-XX:Tier4BackEdgeThreshold=400000",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.002",
                "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::*,0.002");
    }
}
