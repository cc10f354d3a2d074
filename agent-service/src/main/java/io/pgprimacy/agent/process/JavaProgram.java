package io.pgprimacy.agent.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java program that runs beside the agent and steps back for PostgreSQL: it gets what processor and disk have left, and is the first
 * to go when memory is short.
 *
 * @param jars directory of its class path
 * @param heapMegabytes of its own; what it uses besides is small
 */
public record JavaProgram(Path jars, String mainClass, int heapMegabytes) {
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("choom", "-n", "500", "--"));
        command.addAll(List.of("nice", "-n", "10", "ionice", "-c", "2", "-n", "7"));
        // glibc would keep an arena for each thread that has ever used one.
        command.addAll(List.of("env", "MALLOC_ARENA_MAX=1"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + heapMegabytes + "m", "-Xss512k", "-XX:ReservedCodeCacheSize=24m"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        // Early: until AES-GCM is compiled by the better compiler it takes thirty times as long.
        command.add("-XX:CompileThresholdScaling=0.1");
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", jars + "/*", mainClass));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }
}
