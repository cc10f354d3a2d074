package io.pgprimacy.systemtests.chaos;

/** A database host as clients reach it. Ports differ from host to host, so one tells which host answered. */
record Node(String name, String address, int port) {
    String endpoint() {
        return address + ":" + port;
    }
}
