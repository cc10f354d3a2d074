package io.pgprimacy.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The dashboard in a real browser: what it shows is what is, without a reload. */
@EnabledIf(
        value = "io.pgprimacy.systemtests.DashboardTest#isThereABrowser",
        disabledReason = "no Chromium here: apt-get install chromium; where the check runs as root it is installed")
class DashboardTest {
    private static final Path PICTURES = SandboxUnderTest.HOME.resolve("docs/pictures");
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withStorage());

    private static Browser browser;

    private final SandboxUnderTest sandbox = SHARED.get();

    static boolean isThereABrowser() {
        boolean there = Browser.program().isPresent();
        if (!there) {
            System.err.println("SKIPPED: the dashboard's test, for there is no Chromium here");
        }
        return there;
    }

    @BeforeAll
    static void startTheBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void closeIt() {
        browser.close();
    }

    @Test
    void thePagesShowWhatIsAndAskNobodyElse() {
        ClusterNow now = sandbox.look();
        Page page = open("/", 1280, 900, ColorScheme.LIGHT);
        assertThat(page.locator("#fleet tbody tr")).hasCount(1);
        assertThat(page.locator("#fleet tbody tr")).containsText("main");
        assertThat(page.locator("#fleet tbody tr")).containsText(now.primary());
        picture(page, "fleet");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("main"))
                .click();
        assertThat(page.locator("#members tbody tr")).hasCount(3);
        assertThat(row(page, "#members", now.primary())).containsText("primary");
        assertThat(page.locator("#candidates tbody tr")).hasCount(3);
        assertThat(row(page, "#candidates", now.primary())).containsText("ineligible");
        JsonNode outlook = sandbox.get("/outlook");
        assertThat(page.locator("#outlook"))
                .containsText(outlook.path("wouldBeChosen").asString("") + " would take over");
        picture(page, "cluster");

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Timeline"))
                .click();
        page.getByLabel("Filter").fill("PrimaryChosen");
        Locator chosen = page.locator("li[data-name=PrimaryChosen]").first();
        assertThat(chosen).containsText(now.primary());
        chosen.locator("summary").click();
        assertThat(chosen).containsText("\"observedThrough\"");
        picture(page, "timeline");

        page.getByLabel("Filter").fill("");
        page.getByRole(AriaRole.SLIDER).fill("0");
        assertThat(page.locator("#past")).containsText("there was no primary");
        assertThat(page.locator(".events li")).hasCount(1);

        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.asked()).allSatisfy(url -> assertThat(url).startsWith(sandbox.coordinatorUrl()));
    }

    @Test
    void aKilledPrimaryShowsOnAnOpenPage() {
        String old = sandbox.look().primary();
        Page page = open("/#/main", 1280, 900, ColorScheme.DARK);
        assertThat(page.locator("#headline")).containsText(old + " is primary");
        long before = sandbox.lastOffset();

        Host.of(sandbox, old).crashPostmaster();
        JsonNode chosen = sandbox.awaitEvent("PrimaryChosen", before, SOON, e -> true);
        String next = chosen.path("event").path("node").asString("");

        assertThat(page.locator("li[data-name=PrimaryChosen]").first()).containsText(next, soon());
        assertThat(page.locator("#headline"))
                .containsText(next + " is primary", new LocatorAssertions.ContainsTextOptions().setTimeout((double)
                                SOON.toMillis()));
        assertThat(page.getByRole(AriaRole.STATUS).first()).hasText("live");
        picture(page, "failover-dark");
    }

    @Test
    void aSwitchoverGoesFromItsDryRunToItsEnd() {
        ClusterNow before = sandbox.look();
        String to = before.standbys().getFirst();
        Page page = open("/#/main", 1280, 900, ColorScheme.LIGHT);
        wish(page, "Switch over …", to);
        assertThat(page.locator("#foreseen")).containsText("granted");
        assertThat(page.locator("#foreseen")).containsText(before.primary() + " hands over to " + to);
        assertThat(sandbox.look().primary()).isEqualTo(before.primary());
        picture(page, "switchover-dry-run");

        page.getByText("Switch over now").click();
        assertThat(page.locator("#progress")).containsText("succeeded", soon());
        assertThat(page.locator("#progress")).containsText(to + " accepts writes");
        picture(page, "switchover-done");
        page.getByText("Close").click();
        assertThat(page.locator("#headline")).containsText(to + " is primary", soon());
        assertThat(sandbox.look().primary()).isEqualTo(to);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aFailoverWantsTheClustersNameAndARefusalOffersNothing() {
        String primary = sandbox.look().primary();
        long before = sandbox.lastOffset();
        Page page = open("/#/main", 1280, 900, ColorScheme.LIGHT);
        wish(page, "Fail over …", "");
        Locator now = page.getByText("Fail over now");
        assertThat(now).isDisabled();
        page.getByLabel("Type the cluster's name").fill("mai");
        assertThat(now).isDisabled();
        page.getByLabel("Type the cluster's name").fill("main");
        assertThat(now).isEnabled();
        page.getByText("Back", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("I have made sure").check();
        page.getByText("Show what would happen").click();
        assertThat(page.locator("#foreseen")).containsText(primary + " is not down");
        assertThat(now).isDisabled();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(sandbox.eventsAfter(before))
                .noneMatch(e -> e.path("kind").asString("").equals("request"));
    }

    @Test
    void aBackupIsTakenAndShown() {
        Page page = open("/#/main", 1280, 900, ColorScheme.LIGHT);
        wish(page, "Back up …", "");
        assertThat(page.locator("#foreseen")).containsText("granted");
        page.getByText("Back up now").click();
        assertThat(page.locator("#progress")).containsText("succeeded", soon());
        page.getByText("Close").click();

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Backups"))
                .click();
        JsonNode backups = sandbox.get("/backups").path("backups");
        assertThat(page.locator("#backups tbody tr")).hasCount(backups.size());
        assertThat(page.locator("#backups tbody tr").first())
                .containsText(backups.path(0).path("id").asString(""));
        assertThat(page.locator("#window")).containsText("One can go back to any moment from", soon());
        picture(page, "backups");
    }

    /** Fills the dialog by its labels, as one would who does not see it, and asks for the dry run. */
    private static void wish(Page page, String button, String node) {
        page.getByText(button).click();
        if (!node.isEmpty()) {
            page.getByRole(
                            AriaRole.COMBOBOX,
                            new Page.GetByRoleOptions().setName("to").setExact(true))
                    .selectOption(node);
        }
        page.getByLabel("who asks").fill("ada");
        page.getByLabel("why", new Page.GetByLabelOptions().setExact(true)).fill("kernel update");
        page.getByText("Show what would happen").click();
    }

    @Test
    void onAPhoneNothingRunsOutOfTheScreen() {
        Page page = open("/#/main", 390, 844, ColorScheme.LIGHT);
        assertThat(page.locator("#members tbody tr")).hasCount(3);
        Object overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(((Number) overflow).intValue()).isZero();
        picture(page, "phone");
    }

    private static LocatorAssertions.ContainsTextOptions soon() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout((double) SOON.toMillis());
    }

    private static Locator row(Page page, String table, String node) {
        return page.locator(
                table + " tbody tr",
                new Page.LocatorOptions()
                        .setHas(page.getByRole(
                                AriaRole.ROWHEADER,
                                new Page.GetByRoleOptions().setName(node).setExact(true))));
    }

    private Page open(String path, int width, int height, ColorScheme scheme) {
        Page page = browser.open(width, height, scheme);
        page.navigate(sandbox.coordinatorUrl() + path);
        return page;
    }

    /** Only with PGPRIMACY_PICTURES=1: they differ with each run, and a check must change no file. */
    private static void picture(Page page, String name) {
        if (System.getenv("PGPRIMACY_PICTURES") != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(PICTURES.resolve(name + ".png"))
                    .setFullPage(List.of("cluster", "failover-dark").contains(name)));
        }
    }
}
