package io.pgprimacy.worker.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.worker.postgres.BackupRefused;
import io.pgprimacy.worker.postgres.DumpSession.Database;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogicalBackupTest {
    private static final List<Database> THERE = List.of(database("a"), database("b'c"), database("postgres"));

    @Test
    void whatWasNamedIsDumpedAndEverythingWhereNothingWas() {
        assertThat(LogicalBackup.wanted(THERE, List.of())).isEqualTo(THERE);
        assertThat(LogicalBackup.wanted(THERE, List.of("b'c"))).containsExactly(database("b'c"));
    }

    @Test
    void aDatabaseThatIsNotThereIsRefusedBeforeAnythingIsStored() {
        assertThatThrownBy(() -> LogicalBackup.wanted(THERE, List.of("a", "x")))
                .isInstanceOf(BackupRefused.class)
                .hasMessage("there is no database 'x' that accepts connections")
                .extracting(e -> ((BackupRefused) e).hint())
                .isEqualTo("there are a, b'c, postgres");
    }

    @Test
    void aNameIsNoConnectionStringAndHasNoLetterThatALocaleCouldSpoil() {
        assertThat(DumpProgram.uri("host=evil 'x' \\ ü+"))
                .isEqualTo("postgresql:///host%3Devil%20%27x%27%20%5C%20%C3%BC%2B");
    }

    @Test
    void aDumpThatReplayHasCancelledSaysWhatToDo() {
        BackupRefused refused = DumpProgram.refused(
                "pg_dump",
                1,
                "pg_dump: error: Dumping the contents of table \"t\" failed\npg_dump: detail: canceling statement due to conflict with recovery");

        assertThat(refused).hasMessageStartingWith("pg_dump ended with exit status 1: pg_dump: error: Dumping");
        assertThat(refused.hint()).contains("--from PRIMARY", "hot_standby_feedback");
        assertThat(DumpProgram.refused("pg_dump", 1, "canceling statement due to lock timeout")
                        .hint())
                .contains("held a lock");
        assertThat(DumpProgram.refused("pg_dump", 1, "no space").hint()).startsWith("nothing is listed");
    }

    private static Database database(String name) {
        return new Database(name, "o", "UTF8", "C", "C", "libc", "");
    }
}
