package io.pgprimacy.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.pgprimacy.systemtests.DashboardSteps.SOON;
import static io.pgprimacy.systemtests.DashboardSteps.backedUp;
import static io.pgprimacy.systemtests.DashboardSteps.orderedTo;
import static io.pgprimacy.systemtests.DashboardSteps.picture;
import static io.pgprimacy.systemtests.DashboardSteps.press;
import static io.pgprimacy.systemtests.DashboardSteps.row;
import static io.pgprimacy.systemtests.DashboardSteps.sign;
import static io.pgprimacy.systemtests.DashboardSteps.soon;
import static io.pgprimacy.systemtests.DashboardSteps.tabTo;
import static io.pgprimacy.systemtests.DashboardSteps.typed;
import static io.pgprimacy.systemtests.DashboardSteps.wish;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
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
        browser = Browser.startFor("operator", SHARED.get().operatorToken());
    }

    @AfterAll
    static void closeIt() {
        browser.close();
    }

    @Test
    void thePagesShowWhatIsAndAskNobodyElse() {
        sandbox.change("switchover");
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
        // Heartbeats come one by one: of two standbys with the same WAL now one has more, now the other.
        Eventually.until(
                "the page says who would take over",
                SOON,
                () -> page.locator("#outlook")
                        .textContent()
                        .contains(sandbox.get("/outlook").path("wouldBeChosen").asString("") + " would take over"));
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
        Locator slider = page.getByRole(AriaRole.SLIDER);
        slider.fill(String.valueOf(slider.getAttribute("min")));
        assertThat(page.locator("#past")).containsText("there was no primary");
        page.getByText("event after").click();
        assertThat(page.locator("#past")).containsText("there was no primary");
        Instant promoted = Instant.parse(sandbox.events().stream()
                .filter(e -> SandboxUnderTest.nameOf(e).equals("Promoted"))
                .findFirst()
                .orElseThrow()
                .path("time")
                .asString(""));
        page.getByLabel("As it was at").fill(typed(promoted.truncatedTo(ChronoUnit.SECONDS)));
        assertThat(page.locator("#past")).containsText("there was no primary");
        page.getByLabel("As it was at")
                .fill(typed(promoted.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)));
        assertThat(page.locator("#past")).containsText("was primary of term 1");
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("now").setExact(true))
                .click();
        assertThat(page.locator("#past")).hasCount(0);

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

        sandbox.waitHealthy();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Timeline"))
                .click();
        Locator failover = page.locator("li[data-name=PrimaryChosen]").first();
        failover.locator("summary").click();
        assertThat(failover.locator(".phases")).containsText("pledged, and primary chosen");
        assertThat(failover.locator(".phases")).containsText("promoted: writes again");
        assertThat(failover.locator(".change")).containsText("writes were interrupted for about");
        assertThat(Accessibility.violations(page)).isEmpty();
        picture(page, "failover-phases");
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
    void aStandbyIsRebuiltFromItsLine() {
        String standby = sandbox.look().standbys().getFirst();
        long before = sandbox.lastOffset();
        Page page = open("/#/main", 1280, 900, ColorScheme.LIGHT);
        orderedTo(page, "rebuild " + standby, "Rebuild now");
        assertThat(sandbox.eventsAfter(before))
                .anyMatch(e -> SandboxUnderTest.nameOf(e).equals("Rebuilt")
                        && e.path("nodes").path(0).asString("").equals(standby));
    }

    @Test
    void aStandbyIsRestartedFromItsLine() {
        String standby = sandbox.look().standbys().getFirst();
        long before = sandbox.lastOffset();

        orderedTo(open("/#/main", 1280, 900, ColorScheme.LIGHT), "restart " + standby, "Restart now");

        assertThat(sandbox.eventsAfter(before))
                .anyMatch(e -> SandboxUnderTest.nameOf(e).equals("PostgresRestarted")
                        && e.path("nodes").path(0).asString("").equals(standby));
    }

    @Test
    void thePrimaryIsReloadedFromItsLine() {
        String primary = sandbox.look().primary();
        long before = sandbox.lastOffset();

        orderedTo(open("/#/main", 1280, 900, ColorScheme.LIGHT), "reload " + primary, "Reload now");

        assertThat(sandbox.eventsAfter(before))
                .anyMatch(e -> SandboxUnderTest.nameOf(e).equals("PostgresReloaded")
                        && e.path("nodes").path(0).asString("").equals(primary));
    }

    @Test
    void aPausedClusterIsResumedByTheSameButton() {
        Page page = open("/#/main", 1280, 900, ColorScheme.LIGHT);
        wish(page, "Pause …", "");
        page.getByText("Pause now").click();
        assertThat(page.locator("#progress")).containsText("succeeded", soon());
        page.getByText("Close").click();
        assertThat(page.locator("#headline")).containsText("paused", soon());
        wish(page, "Resume …", "");
        page.getByText("Resume now").click();
        assertThat(page.locator("#progress")).containsText("succeeded", soon());
        page.getByText("Close").click();
        assertThat(page.locator("#headline")).containsText("healthy", soon());
    }

    @Test
    void everyPageIsFitForScreenReadersAndANarrowPhone() {
        backedUp(sandbox);
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page page = open("/", 360, 740, scheme);
            assertThat(page.locator("#fleet tbody tr")).hasCount(1);
            assertFit(page);
            for (String shown : List.of("#members", ".events", "#backups")) {
                page.navigate(sandbox.coordinatorUrl() + "/#/main"
                        + Map.of("#members", "", ".events", "/timeline", "#backups", "/backups")
                                .get(shown));
                assertThat(page.locator(shown)).isVisible();
                assertFit(page);
                if (shown.equals("#members") && scheme == ColorScheme.LIGHT) {
                    picture(page, "phone");
                }
            }
            page.navigate(sandbox.coordinatorUrl() + "/#/main");
            page.getByText("Restore …").click();
            assertFit(page);
            sign(page, "to see it");
            page.getByText("Show what would happen").click();
            assertThat(page.locator("#foreseen")).containsText("granted");
            assertFit(page);
            page.close();
        }
    }

    @Test
    void theKeyboardAloneOpensAClusterAndADialogAndComesBack() {
        Page page = open("/", 1280, 900, ColorScheme.LIGHT);
        assertThat(page.locator("#fleet tbody tr")).hasCount(1);
        press(page, "Tab", "to the content");
        tabTo(page, "main");
        page.keyboard().press("Enter");
        assertThat(page.locator("#members tbody tr")).hasCount(3);
        assertThat(page.locator("h1")).isFocused();

        tabTo(page, "Switch over …");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog :focus")).hasCount(1);
        sign(page, "by keys");
        page.keyboard().press("Enter");
        assertThat(page.locator("#foreseen")).containsText("granted");
        assertThat(page.locator("#foreseen :focus")).hasCount(1);
        for (int i = 0; i < 8; i++) {
            page.keyboard().press("Tab");
            assertThat(
                            (Boolean)
                                    page.evaluate(
                                            "document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)"))
                    .as("the keyboard does not leave the dialog")
                    .isTrue();
        }
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(Accessibility.focused(page)).isEqualTo("Switch over …");
    }

    private static void assertFit(Page page) {
        assertThat(Accessibility.violations(page)).as(page.url()).isEmpty();
        assertThat(Accessibility.overflow(page)).as(page.url()).isZero();
    }

    private Page open(String path, int width, int height, ColorScheme scheme) {
        Page page = browser.open(width, height, scheme);
        page.navigate(sandbox.coordinatorUrl() + path);
        return page;
    }
}
