package io.pgprimacy.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSyncsTest {
    @TempDir
    Path directory;

    @Test
    void closesEachOfMoreFilesThanMayWait() throws IOException {
        List<FileChannel> files = new ArrayList<>();
        try (FileSyncs syncs = new FileSyncs()) {
            for (int i = 0; i < 300; i++) {
                files.add(file("f" + i));
                syncs.add(files.getLast());
            }
            syncs.finish();
        }
        assertThat(files).noneMatch(FileChannel::isOpen);
    }

    @Test
    void whatCouldNotBeMadeDurableEndsTheRestore() throws IOException {
        try (FileSyncs syncs = new FileSyncs()) {
            FileChannel gone = file("gone");
            gone.close();
            syncs.add(gone);
            assertThatThrownBy(syncs::finish)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("a restored file cannot be made durable");
        }
    }

    @Test
    void whoeverIsInterruptedDoesNotTakeItForDone() throws IOException {
        try (FileSyncs syncs = new FileSyncs()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(syncs::finish).isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private FileChannel file(String name) throws IOException {
        return FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
