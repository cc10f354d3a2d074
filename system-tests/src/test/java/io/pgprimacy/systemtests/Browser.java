package io.pgprimacy.systemtests;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** This system's own Chromium, without a window; notes what a page complains of and whom it asks. */
public final class Browser implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private final com.microsoft.playwright.Browser.NewContextOptions shown;

    private Browser(Path program, com.microsoft.playwright.Browser.NewContextOptions shown) {
        this.shown = shown;
        // The driver would fetch browsers of its own otherwise.
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setHeadless(true)
                        .setArgs(FLAGS));
    }

    public static Optional<Path> program() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Browser start() {
        return new Browser(program().orElseThrow(), new com.microsoft.playwright.Browser.NewContextOptions());
    }

    /** Whose user gives name and token when the browser asks for them. */
    static Browser startFor(String operator, String token) {
        return new Browser(
                program().orElseThrow(),
                new com.microsoft.playwright.Browser.NewContextOptions().setHttpCredentials(operator, token));
    }

    public Page open(int width, int height, ColorScheme scheme) {
        BrowserContext context = browser.newContext(
                shown.setViewportSize(width, height).setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
        Page page = context.newPage();
        page.onConsoleMessage(m -> {
            if (m.type().equals("error")) {
                complaints.add(m.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(r -> asked.add(r.url()));
        return page;
    }

    /** Says whether there was such a complaint, which a refusal brings with it, and has it no more. */
    boolean forgive(String part) {
        return complaints.removeIf(c -> c.contains(part));
    }

    /** What pages have complained of on their consoles, such as what their Content-Security-Policy has kept from them. */
    List<String> complaints() {
        return new ArrayList<>(complaints);
    }

    List<String> asked() {
        return new ArrayList<>(asked);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
