package io.pgprimacy.log;

/** Why a topic does not keep what a cluster log must keep. */
public sealed interface TopicWeakness {
    String sentence();

    /** True for those that a sandbox on one machine cannot avoid; the others are wrong anywhere. */
    boolean toleratedInSandbox();

    record TooFewReplicas(int replicas, int needed) implements TopicWeakness {
        @Override
        public String sentence() {
            return "it has " + replicas + " replicas, not " + needed + ": the loss of a broker could lose decisions";
        }

        @Override
        public boolean toleratedInSandbox() {
            return true;
        }
    }

    record TooFewInSync(int minInsyncReplicas, int needed) implements TopicWeakness {
        @Override
        public String sentence() {
            return "min.insync.replicas is " + minInsyncReplicas + ", not " + needed
                    + ": an acknowledged record could be on one broker only";
        }

        @Override
        public boolean toleratedInSandbox() {
            return true;
        }
    }

    record UncleanElection() implements TopicWeakness {
        @Override
        public String sentence() {
            return "unclean.leader.election.enable is true: a broker that lacks decisions could become leader and drop them";
        }

        @Override
        public boolean toleratedInSandbox() {
            return true;
        }
    }

    record WrongCleanup(String policy) implements TopicWeakness {
        @Override
        public String sentence() {
            return "cleanup.policy is '" + policy
                    + "', not 'compact': decisions would be deleted, or heartbeats kept for ever";
        }

        @Override
        public boolean toleratedInSandbox() {
            return false;
        }
    }

    record WrongPartitions(int partitions) implements TopicWeakness {
        @Override
        public String sentence() {
            return "it has " + partitions + " partitions, not 1: participants would read decisions in different orders";
        }

        @Override
        public boolean toleratedInSandbox() {
            return false;
        }
    }
}
