package io.pgprimacy.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.worker.source.SourceFile.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageReaderTest {
    private static final int SIZE = PageFormat.SIZE;
    private static final Lsn START = new Lsn(0x5000);
    private static final int PAGES = 200;
    private static final int SEGMENT = 2;

    @TempDir
    Path directory;

    private final byte[] content = new byte[PAGES * SIZE];
    private Path file;

    @BeforeEach
    void writeSoundPages() throws IOException {
        new Random(1).nextBytes(content);
        for (int page = 0; page < PAGES; page++) {
            stamp(page, new Lsn(0x1000));
        }
        file = directory.resolve("16384.2");
        Files.write(file, content);
    }

    @Test
    void soundPagesAreReadAsTheyAre() throws IOException {
        try (PageReader reader = open()) {
            assertThat(read(reader)).isEqualTo(content);
            assertThat(reader.wrongPages()).isEmpty();
            assertThat(reader.crc32c()).isEqualTo(crc(content));
            assertThat(reader.map().pages()).isEqualTo(PAGES);
        }
    }

    @Test
    void aDamagedPageIsNamedByItsNumberInTheRelation() throws IOException {
        content[77 * SIZE + 5000] ^= 1;
        Files.write(file, content);
        try (PageReader reader = open()) {
            read(reader);
            assertThat(reader.wrongPages()).containsExactly((long) SEGMENT * PageFormat.PAGES_IN_SEGMENT + 77);
        }
    }

    @Test
    void aPageThatWasChangedSinceTheStartIsNotJudged() throws IOException {
        content[77 * SIZE + 5000] ^= 1;
        ByteBuffer.wrap(content, 77 * SIZE, 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putInt(0x5000);
        Files.write(file, content);
        try (PageReader reader = open()) {
            read(reader);
            assertThat(reader.wrongPages()).isEmpty();
        }
    }

    /** Half of the page is new when it is first read, the rest a moment later. */
    @Test
    void aTornPageIsReadAgain() throws Exception {
        byte[] sound = Arrays.copyOfRange(content, 77 * SIZE, 78 * SIZE);
        content[77 * SIZE + 5000] ^= 1;
        Files.write(file, content);
        Thread writer = Thread.ofPlatform().start(() -> {
            try (RandomAccessFile relation = new RandomAccessFile(file.toFile(), "rw")) {
                Thread.sleep(50);
                relation.seek(77 * SIZE);
                relation.write(sound);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (PageReader reader = open()) {
            byte[] read = read(reader);
            writer.join();
            assertThat(reader.wrongPages()).isEmpty();
            assertThat(Arrays.copyOfRange(read, 77 * SIZE, 78 * SIZE)).isEqualTo(sound);
            assertThat(reader.crc32c()).as("of what was given out").isEqualTo(crc(read));
        }
    }

    @Test
    void aFileThatBecomesShorterEndsInZeros() throws IOException {
        try (PageReader reader = open()) {
            try (RandomAccessFile relation = new RandomAccessFile(file.toFile(), "rw")) {
                relation.setLength(50 * SIZE);
            }
            byte[] read = read(reader);
            assertThat(read).hasSize(content.length).startsWith(Arrays.copyOf(content, 50 * SIZE));
            assertThat(Arrays.copyOfRange(read, 50 * SIZE, read.length)).containsOnly(0);
            assertThat(reader.wrongPages()).isEmpty();
            assertThat(reader.crc32c()).isEqualTo(crc(read));
        }
    }

    @Test
    void whatIsAppendedAfterTheBeginningIsNotRead() throws IOException {
        try (PageReader reader = open()) {
            Files.write(file, new byte[3 * SIZE], StandardOpenOption.APPEND);
            assertThat(read(reader)).isEqualTo(content);
        }
    }

    @Test
    void aLastPartOfAPageIsReadAndNotJudged() throws IOException {
        Files.write(file, Arrays.copyOf(content, 3 * SIZE + 100));
        try (PageReader reader = open()) {
            assertThat(read(reader)).hasSize(3 * SIZE + 100);
            assertThat(reader.wrongPages()).isEmpty();
            assertThat(reader.map().pages()).isEqualTo(4);
        }
    }

    @Test
    void withoutChecksumsNothingIsJudged() throws IOException {
        content[77 * SIZE + 5000] ^= 1;
        Files.write(file, content);
        try (PageReader reader = new PageReader(source(Kind.MAIN_FORK), START, false)) {
            read(reader);
            assertThat(reader.wrongPages()).isEmpty();
        }
    }

    @Test
    void aFileThatHasVanishedIsSaidToHave() throws IOException {
        Files.delete(file);
        assertThatThrownBy(this::open).isInstanceOf(NoSuchFileException.class);
    }

    private PageReader open() throws IOException {
        return new PageReader(source(Kind.MAIN_FORK), START, true);
    }

    private SourceFile source(Kind kind) throws IOException {
        return new SourceFile("base/5/16384.2", file, content.length, kind, SEGMENT);
    }

    private static byte[] read(PageReader reader) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        reader.read((bytes, length, firstPage) -> {
            assertThat(firstPage).isEqualTo(all.size() / SIZE);
            all.write(bytes, 0, length);
        });
        return all.toByteArray();
    }

    private void stamp(int page, Lsn lsn) {
        ByteBuffer header = ByteBuffer.wrap(content, page * SIZE, SIZE).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt((int) (lsn.value() >>> 32)).putInt((int) lsn.value());
        long block = (long) SEGMENT * PageFormat.PAGES_IN_SEGMENT + page;
        header.putShort(page * SIZE + 8, (short) PageFormat.checksum(content, page * SIZE, block));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
