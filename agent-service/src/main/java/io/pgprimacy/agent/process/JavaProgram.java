package io.pgprimacy.agent.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Java program that runs beside the agent and steps back for PostgreSQL: it gets what processor and disk have left, and is the first
 * to go when memory is short.
 *
 * @param jars directory of its class path
 * @param heapMegabytes of its own; what it uses besides is small
 * @param traceParent of the operation that it works for, if that is traced
 * @param learning flags of the JVM, by {@link AotCache}
 */
public record JavaProgram(
        Path jars, String mainClass, int heapMegabytes, Optional<String> traceParent, List<String> learning) {
    /**
     * What is compiled how soon. These programs live for seconds or minutes, and with HotSpot's own thresholds its better compiler takes as much of
     * a backup's processor time as zstd does, for code that hardly runs any more then: so it is ten times as patient. But until AES-GCM and SHA-256
     * are compiled by it, and thereby become the processor's instructions, they take thirty times as long; of those it counts a hundred calls.
     */
    public static final List<String> COMPILERS = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.002",
            "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::*,0.002");

    public JavaProgram(Path jars, String mainClass, int heapMegabytes, Optional<String> traceParent) {
        this(jars, mainClass, heapMegabytes, traceParent, List.of());
    }

    public JavaProgram(Path jars, String mainClass, int heapMegabytes) {
        this(jars, mainClass, heapMegabytes, Optional.empty());
    }

    JavaProgram learning(List<String> flags) {
        return new JavaProgram(jars, mainClass, heapMegabytes, traceParent, flags);
    }

    public List<String> command(String... arguments) {
        List<String> command = jvm();
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** Without what it would run. */
    List<String> jvm() {
        List<String> command = new ArrayList<>(List.of("choom", "-n", "500", "--"));
        command.addAll(List.of("nice", "-n", "10", "ionice", "-c", "2", "-n", "7"));
        // glibc would keep an arena for each thread that has ever used one.
        command.addAll(List.of("env", "MALLOC_ARENA_MAX=1"));
        traceParent.ifPresent(parent -> command.add("TRACEPARENT=" + parent));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + heapMegabytes + "m", "-Xss512k", "-XX:ReservedCodeCacheSize=24m"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        // What is big in it, parts and frames, lives long; by itself HotSpot would keep a third of the heap for what
        // does not.
        command.add("-XX:NewRatio=4");
        command.addAll(COMPILERS);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(learning);
        command.addAll(List.of("-cp", jars + "/*"));
        return command;
    }
}
