package io.pgprimacy.sandbox;

/**
 * A process that the sandbox itself starts; everything else is started by these.
 *
 * @param name of the host, the coordinator or the broker; unique in the sandbox
 * @param port on which it answers once it is ready
 */
public record Unit(String name, Kind kind, Place place, int port) {
    String endpoint() {
        return place.at(port);
    }
}
