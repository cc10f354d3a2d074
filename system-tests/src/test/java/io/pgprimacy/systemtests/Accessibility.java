package io.pgprimacy.systemtests;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What axe-core finds wrong with a page by the rules of WCAG 2.1 A and AA, contrast included. */
final class Accessibility {
    private static final String AXE = script();
    private static final String RUN = """
            async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}))
                .violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ': ' + n.failureSummary))
            """;

    private Accessibility() {}

    /** One line for each element. Evaluated by the test's protocol, so the page's Content-Security-Policy stays as it is. */
    static List<String> violations(Page page) {
        page.evaluate(AXE);
        return ((List<?>) Objects.requireNonNull(page.evaluate(RUN)))
                .stream().map(String::valueOf).toList();
    }

    /** What is wider than the screen, and so makes the page scroll to the side. */
    static int overflow(Page page) {
        Object pixels = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        return ((Number) Objects.requireNonNull(pixels)).intValue();
    }

    /** Where the keyboard is: the element's name, or its text. */
    static String focused(Page page) {
        return String.valueOf(
                page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"));
    }

    private static String script() {
        try (InputStream found = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(found).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
