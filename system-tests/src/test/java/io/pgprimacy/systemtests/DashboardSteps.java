package io.pgprimacy.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What the dashboard's tests do on a page, by labels and keys, as one would who does not see it. */
final class DashboardSteps {
    static final Path PICTURES = SandboxUnderTest.HOME.resolve("docs/pictures");
    static final Duration SOON = Duration.ofSeconds(20);
    static final Duration RESTORED = Duration.ofMinutes(2);

    private DashboardSteps() {}

    static void sign(Page page, String why) {
        page.getByLabel("who asks").fill("operator");
        page.getByLabel("why", new Page.GetByLabelOptions().setExact(true)).fill(why);
    }

    /** Fills the dialog by its labels, as one would who does not see it, and asks for the dry run. */
    static void wish(Page page, String button, String node) {
        page.getByText(button).click();
        if (!node.isEmpty()) {
            page.getByRole(
                            AriaRole.COMBOBOX,
                            new Page.GetByRoleOptions().setName("to").setExact(true))
                    .selectOption(node);
        }
        sign(page, "kernel update");
        page.getByText("Show what would happen").click();
    }

    /** From the button of a line, over the dry run, to the end of it. */
    static void orderedTo(Page page, String line, String now) {
        page.getByLabel(line).click();
        sign(page, "it is time");
        page.getByText("Show what would happen").click();
        assertThat(page.locator("#foreseen")).containsText("granted");
        page.getByText(now).click();
        assertThat(page.locator("#progress .badge.good"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout((double) RESTORED.toMillis()));
    }

    /** Whichever test comes first takes it. */
    static void backedUp(SandboxUnderTest sandbox) {
        if (sandbox.get("/backups").path("backups").isEmpty()) {
            sandbox.run("backup").expectSuccess();
        }
    }

    static void press(Page page, String key, String focused) {
        page.keyboard().press(key);
        assertThat(Accessibility.focused(page)).isEqualTo(focused);
    }

    /** As often as it takes, within reason. */
    static void tabTo(Page page, String name) {
        for (int i = 0; i < 30 && !Accessibility.focused(page).equals(name); i++) {
            page.keyboard().press("Tab");
        }
        assertThat(Accessibility.focused(page)).isEqualTo(name);
    }

    /** As a reader of the page types it: by the clock of this place. */
    static String typed(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneId.systemDefault())
                .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss"));
    }

    static LocatorAssertions.ContainsTextOptions soon() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout((double) SOON.toMillis());
    }

    static Locator row(Page page, String table, String node) {
        return page.locator(
                table + " tbody tr",
                new Page.LocatorOptions()
                        .setHas(page.getByRole(
                                AriaRole.ROWHEADER,
                                new Page.GetByRoleOptions().setName(node).setExact(true))));
    }

    /** Only with PGPRIMACY_PICTURES=1: they differ with each run, and a check must change no file. */
    static void picture(Page page, String name) {
        if (System.getenv("PGPRIMACY_PICTURES") != null) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(PICTURES.resolve(name + ".png"))
                    .setFullPage(List.of("cluster", "failover-dark").contains(name)));
        }
    }
}
