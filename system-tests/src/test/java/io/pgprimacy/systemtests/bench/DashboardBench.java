package io.pgprimacy.systemtests.bench;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.systemtests.Browser;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A {@link SyntheticFleet}, and a real browser that looks at it. */
@picocli.CommandLine.Command(
        name = "dashboard",
        description =
                "First paint, an event's way to the page, frames while scrolling, and what it costs the coordinator.")
final class DashboardBench implements Callable<Integer> {
    private static final Duration SETTLE = Duration.ofSeconds(20);

    /** Scrolls up and down, 60 pixels with each frame, and tells how long each frame took. */
    private static final String SCROLL = """
            seconds => new Promise(done => {
              const frames = []
              let last = performance.now(), way = 1
              const end = last + seconds * 1000
              const frame = now => {
                frames.push(now - last)
                last = now
                if (scrollY + innerHeight >= document.documentElement.scrollHeight - 1) way = -1
                if (scrollY <= 0) way = 1
                scrollBy(0, 60 * way)
                now < end ? requestAnimationFrame(frame) : done(frames.slice(1))
              }
              requestAnimationFrame(frame)
            })
            """;

    @Option(names = "--clusters", defaultValue = "1000")
    int clusters;

    @Option(names = "--nodes", defaultValue = "3", description = "Of each cluster.")
    int nodes;

    @Option(names = "--per-second", defaultValue = "2", description = "Heartbeats of each node.")
    int perSecond;

    @Option(names = "--events", defaultValue = "50", description = "Whose way to the page is measured.")
    int events;

    @Option(names = "--seconds", defaultValue = "20", description = "Of scrolling.")
    int seconds;

    @Override
    public Integer call() throws Exception {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(1));
                Browser browser = Browser.start()) {
            String url = sandbox.coordinatorUrl();
            paints("the sandbox's fleet", browser, url + "/", "#fleet tbody tr");
            paints("the sandbox's cluster", browser, url + "/#/main", "#members tbody tr");
            String brokers = SyntheticFleet.brokers(sandbox);
            new WayToThePage().measure("the sandbox alone", browser, url, brokers, new ClusterId("main"), events);
            try (SyntheticFleet fleet = SyntheticFleet.start(sandbox, clusters, nodes, perSecond)) {
                Eventually.pass(SETTLE);
                cost("nobody looks", fleet);
                paints(clusters + " clusters", browser, url + "/", "#fleet tbody tr");
                scroll(browser, url, fleet);
                new WayToThePage()
                        .measure("beside " + clusters + " clusters", browser, url, brokers, fleet.first(), events);
                System.out.println("load " + Machine.loadAverages() + "; " + Machine.now(sandbox));
                return fleet.failed() == 0 ? 0 : 1;
            }
        }
    }

    /** Each by a context of its own, so that nothing is cached. */
    private static void paints(String what, Browser browser, String url, String there) {
        List<Double> first = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Page page = browser.open(1280, 900, ColorScheme.LIGHT);
            page.navigate(url);
            page.waitForSelector(there);
            whole.add(number(page.evaluate("performance.now()")));
            first.add(number(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")));
            page.context().close();
        }
        System.out.printf("first paint of %s: %s%n", what, Distribution.of(first));
        System.out.printf("  with what is in it: %s%n", Distribution.of(whole));
    }

    private void scroll(Browser browser, String url, SyntheticFleet fleet) {
        Page page = browser.open(1280, 900, ColorScheme.LIGHT);
        page.navigate(url + "/");
        page.waitForSelector("#fleet tbody tr");
        Duration before = Processes.cpuOf(fleet.coordinator().pid());
        List<Double> frames = ((List<?>) Objects.requireNonNull(page.evaluate(SCROLL, seconds)))
                .stream().map(DashboardBench::number).toList();
        double share = Processes.cpuOf(fleet.coordinator().pid()).minus(before).toNanos() / 1e9 / seconds;
        System.out.printf(
                "scrolling %d clusters: %.1f frames/s; a frame %s%n",
                clusters, frames.size() / (double) seconds, Distribution.of(frames));
        System.out.printf("  coordinator meanwhile: %.0f %% of a core%n", share * 100);
        page.context().close();
    }

    private static void cost(String what, SyntheticFleet fleet) {
        Duration time = Duration.ofSeconds(10);
        Duration before = Processes.cpuOf(fleet.coordinator().pid());
        Eventually.pass(time);
        Duration used = Processes.cpuOf(fleet.coordinator().pid()).minus(before);
        System.out.printf("coordinator while %s: %.0f %% of a core%n", what, 100.0 * used.toMillis() / time.toMillis());
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }
}
