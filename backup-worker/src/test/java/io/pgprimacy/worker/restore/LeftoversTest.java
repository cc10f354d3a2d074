package io.pgprimacy.worker.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    @TempDir
    Path data;

    @Test
    void whatTheOriginalWasAmongOthersIsTakenOutAndEverythingElseStays() throws IOException {
        Files.writeString(data.resolve("postgresql.conf"), """
                # archive_mode = on, said a comment
                shared_buffers = 128MB
                Archive_Command = 'pgbackrest --stanza=main archive-push %p'
                  restore_command 'cp /archive/%f %p'
                recovery_target_time = '2026-01-01'
                primary_conninfo_of_mine.x = 1
                include_if_exists = 'pgprimacy.conf'
                """);
        Files.writeString(data.resolve("postgresql.auto.conf"), "work_mem = '8MB'\nprimary_conninfo = 'host=pg1'\n");

        new Leftovers(data).remove();

        String note = "# of the cluster that this is a copy of: ";
        assertThat(data.resolve("postgresql.conf")).hasContent("""
                # archive_mode = on, said a comment
                shared_buffers = 128MB
                %sArchive_Command = 'pgbackrest --stanza=main archive-push %%p'
                %srestore_command 'cp /archive/%%f %%p'
                %srecovery_target_time = '2026-01-01'
                primary_conninfo_of_mine.x = 1
                include_if_exists = 'pgprimacy.conf'
                """.formatted(note, note, note));
        assertThat(data.resolve("postgresql.auto.conf"))
                .hasContent("work_mem = '8MB'\n" + note + "primary_conninfo = 'host=pg1'\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgresql.conf"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatHasNothingOfItIsNotWritten() throws IOException {
        Path file = Files.writeString(data.resolve("postgresql.conf"), "port = 5432");
        new Leftovers(data).remove();
        assertThat(file).hasContent("port = 5432");
    }
}
