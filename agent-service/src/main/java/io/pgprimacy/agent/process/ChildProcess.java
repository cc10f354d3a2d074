package io.pgprimacy.agent.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program that this process runs beside itself; see {@link ProcessRunner#startChild}. It is told to end by the end of its standard
 * input, so a kill -9 of this process, which closes that too, leaves none behind.
 */
public final class ChildProcess implements RunningProgram {
    private static final Duration END_BOUND = Duration.ofSeconds(10);

    private final Process process;
    private final long begun = System.nanoTime();
    private final Drain output;
    private final Drain errors;

    ChildProcess(Process process, String input, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        this.process = process;
        this.output = new Drain(process.getInputStream(), onLine);
        this.errors = new Drain(process.getErrorStream(), line -> {});
        give(input);
        Thread.ofPlatform().daemon().name("child-" + process.pid()).start(() -> awaitEnd(onEnd));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public boolean outlives() {
        return false;
    }

    @Override
    public void end() {
        end(END_BOUND);
    }

    void end(Duration bound) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has closed its side, so it is ending already; if it is not, it is killed.
            kill();
        }
        CompletableFuture.delayedExecutor(bound.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::kill);
    }

    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Small enough for the pipe, so this does not wait for the child. */
    private void give(String input) {
        try {
            OutputStream in = process.getOutputStream();
            in.write(input.getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            // A child that has ended already: its exit code and what it said tell why.
            output.note("its settings could not be handed over: " + e.getMessage());
        }
    }

    private void awaitEnd(Consumer<ProcessResult> onEnd) {
        int exitCode = -1;
        try {
            exitCode = process.waitFor();
        } catch (InterruptedException e) {
            kill();
        }
        output.await();
        errors.await();
        onEnd.accept(new ProcessResult(
                exitCode, false, output.text(), errors.text(), Duration.ofNanos(System.nanoTime() - begun)));
    }
}
