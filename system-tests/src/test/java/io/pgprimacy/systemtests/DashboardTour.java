package io.pgprimacy.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;

/** Looks, in a real browser, whether the dashboard shows what the tour of the README has done by then. */
public final class DashboardTour {
    private DashboardTour() {}

    /** @param args the dashboard's address, and the node that is primary */
    public static void main(String[] args) {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: DashboardTour URL PRIMARY");
        }
        if (Browser.program().isEmpty()) {
            System.err.println("the dashboard was not looked at, for there is no Chromium here");
            return;
        }
        try (Browser browser = Browser.start()) {
            look(browser.open(1280, 900, ColorScheme.LIGHT), args[0], args[1]);
            if (!browser.complaints().isEmpty()) {
                throw new AssertionError("the page complains: " + browser.complaints());
            }
        }
        System.err.println("the dashboard shows " + args[1] + " as primary, and how it became that");
    }

    private static void look(Page page, String url, String primary) {
        page.navigate(url);
        Locator cluster = page.locator("#fleet tbody tr").first();
        assertThat(cluster).containsText(primary);
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("main"))
                .click();
        assertThat(page.locator("#headline")).containsText(primary + " is primary of term");
        assertThat(page.locator("#members tbody tr:has(th:text-is('" + primary + "'))"))
                .containsText("primary");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Timeline"))
                .click();
        Locator chosen = page.locator("li[data-name=PrimaryChosen]").first();
        assertThat(chosen).containsText(primary);
        chosen.locator("summary").click();
        assertThat(chosen.locator("table.phases")).containsText("promoted");
    }
}
