package io.pgprimacy.agent.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The few system calls that the JDK has no method for. Called directly: a fork for {@code kill -INT} costs
 * milliseconds in the middle of a switchover, and a pidfd reports a death without polling.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
    private static final int PIDFD_OPEN = 434;
    private static final short POLLIN = 1;
    private static final int CLOCK_BOOTTIME = 7;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle KILL =
            handle("kill", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SYSCALL = handle(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle POLL = handle(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private static final MethodHandle CLOCK_GETTIME = handle(
            "clock_gettime", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private LinuxCalls() {}

    /** Time since boot, counted through a suspend of the machine. */
    static Duration sinceBoot() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timespec = arena.allocate(16, 8);
            if ((int) CLOCK_GETTIME.invokeExact(CLOCK_BOOTTIME, timespec) != 0) {
                throw new IllegalStateException("the kernel has no CLOCK_BOOTTIME");
            }
            return Duration.ofSeconds(timespec.get(ValueLayout.JAVA_LONG, 0), timespec.get(ValueLayout.JAVA_LONG, 8));
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime(2) cannot be called", e);
        }
    }

    static boolean kill(long pid, int signal) {
        try {
            return (int) KILL.invokeExact((int) pid, signal) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) cannot be called", e);
        }
    }

    /** A descriptor that becomes readable when the process ends; empty where the kernel is older than 5.3. */
    static OptionalInt pidfdOpen(long pid) {
        try {
            long descriptor = (long) SYSCALL.invokeExact((long) PIDFD_OPEN, (int) pid, 0);
            return descriptor < 0 ? OptionalInt.empty() : OptionalInt.of((int) descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("pidfd_open(2) cannot be called", e);
        }
    }

    /** Waits until the descriptor is readable; false when the bound has passed or a signal came first. */
    static boolean awaitReadable(int descriptor, Duration bound) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollfd = arena.allocate(8, 4);
            pollfd.set(ValueLayout.JAVA_INT, 0, descriptor);
            pollfd.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            return (int) POLL.invokeExact(pollfd, 1L, (int) bound.toMillis()) > 0;
        } catch (Throwable e) {
            throw new IllegalStateException("poll(2) cannot be called", e);
        }
    }

    static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close(2) cannot be called", e);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
