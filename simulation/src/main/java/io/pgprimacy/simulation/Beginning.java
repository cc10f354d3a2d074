package io.pgprimacy.simulation;

/** How a simulated cluster comes into being. */
enum Beginning {
    INITIALISED("the first node is initialised"),
    ADOPTED("a running primary is adopted"),
    RESTORED("the first node restores what an earlier life of the cluster has left");

    private final String sentence;

    Beginning(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /** The seeds that were kept were found before clusters began with stored data, and draw as they did then. */
    static Beginning of(long seed, boolean adopt) {
        if (adopt) {
            return ADOPTED;
        }
        return switch (Math.floorMod(seed, 16)) {
            case 2, 13, 14 -> RESTORED;
            default -> INITIALISED;
        };
    }
}
