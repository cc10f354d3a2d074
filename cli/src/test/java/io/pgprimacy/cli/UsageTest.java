package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong arguments: one message, one hint, exit code 2, nothing on stdout, no stack trace. */
class UsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            lst                              | unmatched argument at index 0: 'lst'
            list --frobnicate                | unknown option: '--frobnicate'
            switchover --yes                 | missing required option: '--reason=TEXT'
            rebuild --reason x --yes         | missing required parameter: 'NODE'
            wait healthy --timeout soon      | 'soon' is not a duration such as 500ms, 60s or 2m
            wait happy                       | expected one of [HEALTHY]
            list --url nowhere://x           | not an address
            sandbox                          | sandbox needs up, down, ps, start or add-cluster
            config                           | config needs show, set or edit
            events --limit 0 --url localhost | --limit must be at least 1, not 0
            """)
    void isSaidOnce(String line, String message) {
        Ran ran = Ran.of(line.split(" "));

        assertThat(ran.err()).startsWith("error: ").contains(message).doesNotContain("\tat ");
        assertThat(ran.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.code()).isEqualTo(2);
    }

    @Test
    void aCommandThatIsAlmostRightIsSuggested() {
        assertThat(Ran.of("switchove").err()).contains("hint: did you mean switchover");
    }

    @Test
    void noCommandIsAnError() {
        assertThat(Ran.of()).satisfies(ran -> {
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.err()).contains("no command given", "hint: pgprimacy --help");
        });
    }

    @Test
    void helpListsEveryCommandAndTheExitCodes() {
        Ran ran = Ran.of("--help");

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("switchover", "explain", "why-not", "sandbox", "3 no coordinator")
                .doesNotContain("null");
    }

    @Test
    void everyCommandHasHelp() {
        for (String name : Main.commandLine(App.ofProcess()).getSubcommands().keySet()) {
            assertThat(Ran.of(name, "--help").code()).as(name).isZero();
        }
    }

    @Test
    void aChangeIsNotMadeUnaskedWhereNobodyCanAnswer() {
        Ran ran = Ran.of("pause", "--reason", "x", "--url", "http://127.0.0.1:1");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("--yes was not given", "hint: add --yes");
    }

    @Test
    void anUnreachableCoordinatorIsNamed() {
        Ran ran = Ran.of("list", "--url", "http://127.0.0.1:1");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("no coordinator answers at http://127.0.0.1:1", "hint: ");
    }

    @Test
    void withoutASandboxThereIsNoCoordinator(@TempDir Path empty) {
        Ran ran = Ran.with(Map.of("PGPRIMACY_SANDBOX_DIR", empty.toString()), "list");

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).contains("no coordinator is known", "pgprimacy sandbox up");
    }

    @Test
    void twoBrokersAreRefusedBeforeAnythingIsMade(@TempDir Path empty) {
        Path directory = empty.resolve("sandbox");

        Ran ran = Ran.of("sandbox", "up", "--brokers", "2", "--dir", directory.toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("error: a sandbox has 1 or 3 brokers, not 2", "hint: try --brokers 3");
        assertThat(directory).doesNotExist();
        assertThat(Ran.of("sandbox", "up", "--help").out()).contains("--brokers=1|3");
    }

    @Test
    void nothingRunsWhereThereIsNoSandbox(@TempDir Path empty) {
        assertThat(Ran.of("sandbox", "ps", "--json", "--dir", empty.toString())
                        .out()
                        .strip())
                .isEqualTo("[ ]");
        assertThat(Ran.of("sandbox", "down", "--dir", empty.toString()).code()).isZero();
        assertThat(Ran.of("sandbox", "start", "pg1", "--dir", empty.toString())).satisfies(ran -> {
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.err()).contains("there is no sandbox in " + empty);
        });
    }
}
