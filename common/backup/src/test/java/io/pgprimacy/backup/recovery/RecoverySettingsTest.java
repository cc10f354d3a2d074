package io.pgprimacy.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States are those of {@code DBState} in PostgreSQL's {@code pg_control.h}. */
class RecoverySettingsTest {
    private static final int SHUT_DOWN = 1;
    private static final int IN_ARCHIVE_RECOVERY = 5;
    private static final int IN_PRODUCTION = 6;

    @TempDir
    Path data;

    private RecoverySettings settings;

    @BeforeEach
    void setUp() throws IOException {
        Files.createDirectory(data.resolve("global"));
        settings = new RecoverySettings(data);
    }

    @Test
    void aCopyOfARunningPrimaryRecoversThoughItSaysItIsInProduction() throws IOException {
        Files.createFile(data.resolve("recovery.signal"));
        control(IN_PRODUCTION);
        assertThat(settings.isRecovering()).isTrue();
    }

    /** PostgreSQL asks for one more file, and ends where nobody answers. */
    @Test
    void theSignalsEndIsNotRecoverysEnd() throws IOException {
        control(IN_ARCHIVE_RECOVERY);
        assertThat(settings.isRecovering()).isTrue();
    }

    @Test
    void itHasRecoveredOnceItIsOpenAlsoWhereItWasShutDownSince() throws IOException {
        control(IN_PRODUCTION);
        assertThat(settings.isRecovering()).isFalse();
        control(SHUT_DOWN);
        assertThat(settings.isRecovering()).isFalse();
    }

    private void control(int state) throws IOException {
        ByteBuffer control = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        control.putInt(8, 1700).putInt(16, state);
        Files.write(data.resolve("global/pg_control"), control.array());
    }
}
