package io.pgprimacy.systemtests.chaos.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * One end of a link: what the kernel sends out through the device is read here as IP packets, and what is written here
 * arrives there. The device may be moved into another network namespace, and is gone when its descriptor is closed, also by
 * the death of this process.
 */
record Tun(String device, int descriptor) implements AutoCloseable {
    private static final long TUNSETIFF = 0x400454caL;
    /** IFF_TUN and IFF_NO_PI: bare IP packets. */
    private static final short FLAGS = 0x1001;

    private static final int IFREQ_BYTES = 40;
    private static final int LONGEST_NAME = 15;

    static Tun open(String device) throws IOException {
        if (device.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a device's name has at most 15 characters: " + device);
        }
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = Native.open(arena.allocateFrom("/dev/net/tun"), Native.O_RDWR | Native.O_NONBLOCK);
            if (descriptor < 0) {
                throw new IOException("/dev/net/tun cannot be opened");
            }
            MemorySegment request = arena.allocate(IFREQ_BYTES);
            request.copyFrom(MemorySegment.ofArray(device.getBytes(StandardCharsets.US_ASCII)));
            request.set(ValueLayout.JAVA_SHORT, 16, FLAGS);
            if (Native.ioctl(descriptor, TUNSETIFF, request) < 0) {
                Native.close(descriptor);
                throw new IOException("the device " + device + " cannot be made");
            }
            return new Tun(device, descriptor);
        }
    }

    @Override
    public void close() {
        Native.close(descriptor);
    }
}
