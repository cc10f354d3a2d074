package io.pgprimacy.systemtests;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One sandbox for the tests of a class; each one leaves it healthy, and tells what it saw when it failed. */
final class SharedSandbox implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final SandboxUnderTest.Options options;
    private SandboxUnderTest sandbox;

    SharedSandbox(SandboxUnderTest.Options options) {
        this.options = options;
    }

    SandboxUnderTest get() {
        return sandbox;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        sandbox = SandboxUnderTest.up(options);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.err.println("--- " + context.getDisplayName() + " failed");
            System.err.println(sandbox.run("sandbox", "ps").out());
            System.err.println(sandbox.run("status").out());
            System.err.println(sandbox.run("events", "--limit", "40").out());
            sandbox.printLogs();
        }
        sandbox.waitHealthy();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (sandbox != null) {
            sandbox.close();
        }
    }
}
