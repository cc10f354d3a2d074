package io.pgprimacy.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.pgprimacy.systemtests.DashboardSteps.RESTORED;
import static io.pgprimacy.systemtests.DashboardSteps.SOON;
import static io.pgprimacy.systemtests.DashboardSteps.backedUp;
import static io.pgprimacy.systemtests.DashboardSteps.orderedTo;
import static io.pgprimacy.systemtests.DashboardSteps.picture;
import static io.pgprimacy.systemtests.DashboardSteps.sign;
import static io.pgprimacy.systemtests.DashboardSteps.soon;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The dashboard's page of backups in a real browser, and what can be done from there. */
@EnabledIf(
        value = "io.pgprimacy.systemtests.DashboardTest#isThereABrowser",
        disabledReason = "no Chromium here: apt-get install chromium; where the check runs as root it is installed")
class DashboardBackupsTest {
    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withStorage());

    private static Browser browser;

    private final SandboxUnderTest sandbox = SHARED.get();

    @BeforeAll
    static void startTheBrowser() {
        browser = Browser.startFor("operator", SHARED.get().operatorToken());
    }

    @AfterAll
    static void closeIt() {
        browser.close();
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

    @Test
    void aMomentIsPickedOnTheWindowAndTheClusterGoesBackToIt() {
        int port = sandbox.list().primaryPort();
        backedUp(sandbox);
        Database.execute(port, "create table ledger (n int)");
        Database.execute(port, "insert into ledger values (1)");
        Instant written = Instant.parse(Database.ask(
                        port,
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
                .truncatedTo(ChronoUnit.SECONDS);
        // The browser leaves out seconds that are zero, and Playwright takes that for a value that was not accepted.
        Instant kept = written.plusSeconds(written.getEpochSecond() % 60 == 59 ? 2 : 1);
        Eventually.until(
                "a second that holds the row", SOON, () -> Instant.now().isAfter(kept));
        Database.execute(port, "insert into ledger values (2)");
        Eventually.until(
                "that second in the archive",
                SOON,
                () -> Instant.parse(sandbox.get("/wal")
                                .path("window")
                                .path("newest")
                                .asString(""))
                        .isAfter(kept.plusSeconds(1)));

        Page page = open("/#/main/backups", 1280, 900, ColorScheme.LIGHT);
        page.getByLabel("Go back to").fill(typed(kept));
        assertThat(page.locator("#preview")).containsText("with the last commit up to " + kept);
        assertThat(page.locator("#preview")).containsText("full backup");
        picture(page, "window");

        page.locator("#restore button").click();
        sign(page, "row 2 was wrong");
        page.getByText("Show what would happen").click();
        assertThat(page.locator("#foreseen")).containsText("granted");
        assertThat(page.locator("#foreseen")).containsText("downloads");
        Locator now = page.getByText("Restore now");
        assertThat(now).isDisabled();
        page.getByLabel("Type the cluster's name").fill("main");
        picture(page, "restore-dry-run");
        now.click();
        assertThat(page.locator("#progress .badge.good"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout((double) RESTORED.toMillis()));
        assertThat(page.locator("#progress")).containsText("accepts writes");
        assertThat(Database.ask(sandbox.list().primaryPort(), "select string_agg(n::text, ',') from ledger"))
                .isEqualTo("1");

        page.navigate(sandbox.coordinatorUrl() + "/#/main");
        confirmTheRestore(page);
        assertThat(browser.complaints()).isEmpty();
    }

    /** What was replaced stays beside the new data until somebody says so. */
    private void confirmTheRestore(Page page) {
        long before = sandbox.lastOffset();
        Locator confirm = page.getByLabel("confirm the restore on ", new Page.GetByLabelOptions().setExact(false))
                .first();
        confirm.waitFor(new Locator.WaitForOptions().setTimeout((double) SOON.toMillis()));
        int kept = page.getByText("was replaced under term").count();
        confirm.click();
        sign(page, "row 1 is all there was");
        page.getByText("Show what would happen").click();
        assertThat(page.locator("#foreseen")).containsText("granted");
        page.getByLabel("Type the cluster's name").fill("main");
        page.getByText("Confirm the restore now").click();
        assertThat(page.locator("#progress .badge.good"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout((double) RESTORED.toMillis()));
        page.getByText("Close").click();
        assertThat(page.getByText("was replaced under term")).hasCount(kept - 1);
        sandbox.awaitEvent("OldDataRemoved", before, SOON, e -> true);
    }

    @Test
    void whatIsStoredIsPinnedVerifiedAndPlannedFor() {
        backedUp(sandbox);
        String backup =
                sandbox.get("/backups").path("backups").path(0).path("id").asString("");
        Page page = open("/#/main/backups", 1280, 900, ColorScheme.LIGHT);
        page.getByLabel("pin " + backup, new Page.GetByLabelOptions().setExact(false))
                .click();
        sign(page, "the books of the year");
        page.getByText("Pin now").click();
        assertThat(page.locator("#done")).containsText("pinned");
        page.getByText("Close").click();
        assertThat(page.locator("#backups")).containsText("pinned by operator: the books of the year", soon());

        page.getByText("Verify the repository …").click();
        page.getByText("Verify the repository now").click();
        assertThat(page.locator("#done")).containsText("all of it is what was stored", soon());
        page.getByText("Close").click();
        assertThat(page.locator("#backups")).containsText("verified", soon());

        page.getByText("Apply retention …").click();
        page.getByLabel("full backups").fill("1");
        sign(page, "room");
        page.getByText("Show what would happen").click();
        assertThat(page.locator("#foreseen")).containsText("it is pinned");
        page.getByText("Apply retention now").click();
        assertThat(page.locator("#progress")).containsText("succeeded", soon());
        assertThat(page.locator("#progress")).containsText("retention was applied");
        page.getByText("Close").click();

        page.getByLabel("unpin " + backup).click();
        sign(page, "the year is over");
        page.getByText("Unpin now").click();
        assertThat(page.locator("#done")).containsText("unpinned");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aBackupIsProvenByADrill() {
        backedUp(sandbox);
        String backup =
                sandbox.get("/backups").path("backups").path(0).path("id").asString("");
        Page page = open("/#/main/backups", 1280, 900, ColorScheme.LIGHT);
        orderedTo(page, "drill " + backup, "Drill now");
        page.getByText("Close").click();
        assertThat(page.locator("#backups")).containsText("proven", soon());
    }

    @Test
    void aCloneSaysWhatItLacksBeforeAnythingIsDone() {
        backedUp(sandbox);
        Page page = open("/#/main/backups", 1280, 900, ColorScheme.LIGHT);
        page.getByText("Clone …").click();
        page.getByLabel("name of the new cluster").fill("copy");
        sign(page, "to try the upgrade");
        page.getByText("Show what would happen").click();
        assertThat(page.locator("dialog .refused"))
                .containsText("the storage service has no token of cluster copy", soon());
        assertThat(browser.forgive("409")).isTrue();
    }

    private Page open(String path, int width, int height, ColorScheme scheme) {
        Page page = browser.open(width, height, scheme);
        page.navigate(sandbox.coordinatorUrl() + path);
        return page;
    }
}
