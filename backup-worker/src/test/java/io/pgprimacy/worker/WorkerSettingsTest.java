package io.pgprimacy.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.worker.postgres.BackupSession.Address;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    @Test
    void othersAreReachedAsThisServerIs() {
        assertThat(settings("b:5432, fd00::2:6432 ,").others("others"))
                .containsExactly(
                        new Address("b", 5432, "admin", "secret"), new Address("fd00::2", 6432, "admin", "secret"));
        assertThat(settings("").others("others")).isEmpty();
    }

    @Test
    void whatNamesNoPortIsRefusedByName() {
        assertThatThrownBy(() -> settings("b").others("others"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("others has 'b'");
        assertThatThrownBy(() -> settings("b:x").others("others"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("others has 'b:x'");
    }

    private static WorkerSettings settings(String others) {
        Properties values = new Properties();
        values.setProperty("postgres.user", "admin");
        values.setProperty("postgres.password", "secret");
        values.setProperty("others", others);
        return new WorkerSettings(values, Set.of("postgres.user", "postgres.password", "others"));
    }
}
