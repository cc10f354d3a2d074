package io.pgprimacy.worker.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Message by message what PostgreSQL 15.18 answers to {@code BASE_BACKUP}. */
class BaseBackupStreamTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @BeforeEach
    void begin() {
        message('T', "\0\2recptr\0tli\0");
        row("0/2000028", "1");
        message('C', "SELECT\0");
        message('T', "\0\3spcoid\0spclocation\0size\0");
        row("16384", "/srv/a", null);
        row("16385", "/srv/b", null);
        row(null, null, null);
        message('C', "SELECT\0");
        message('H', "\0\0\0");
    }

    @Test
    void theArchivesComeOneAfterAnotherWithTheirTablespaces() throws IOException {
        copy('n', "16384.tar\0/srv/a\0");
        copy('d', "first");
        copy('p', "\0\0\0\0\0\0\0\5");
        message('S', "TimeZone\0UTC\0");
        copy('d', "");
        copy('d', " and more");
        copy('n', "16385.tar\0/srv/b\0");
        copy('d', "of which nobody wants to know");
        copy('n', "base.tar\0\0");
        copy('d', "last");
        end();
        try (BaseBackupStream stream = open()) {
            assertThat(stream.begun())
                    .isEqualTo(new BaseBackupStream.Begun(
                            Lsn.parse("0/2000028"),
                            new TimelineId(1),
                            new TreeMap<>(Map.of(16384L, Path.of("/srv/a"), 16385L, Path.of("/srv/b")))));
            assertThat(next(stream, OptionalLong.of(16384))).isEqualTo("first and more");
            assertThat(stream.next().orElseThrow().tablespace()).hasValue(16385);
            assertThat(next(stream, OptionalLong.empty())).isEqualTo("last");
            assertThat(stream.next()).isEmpty();
            assertThat(stream.end())
                    .isEqualTo(new BaseBackupStream.End(Lsn.parse("0/2000100"), new TimelineId(1), false));
            assertThat(stream.leftOut()).isEmpty();
        }
    }

    @Test
    void damagedPagesAreToldAfterEverythingWasSent() throws IOException {
        copy('n', "base.tar\0\0");
        message('c', "");
        row("0/2000100", "1");
        message('C', "SELECT\0");
        message('E', "SERROR\0VERROR\0CXX001\0Mchecksum verification failure during base backup\0\0");
        message('Z', "I");
        try (BaseBackupStream stream = open()) {
            next(stream, OptionalLong.empty());
            assertThat(stream.next()).isEmpty();
            assertThat(stream.end().damaged()).isTrue();
        }
    }

    @Test
    void whatPostgresqlComplainsOfIsSaid() throws IOException {
        copy('n', "base.tar\0\0");
        copy('d', "begun");
        message('E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
        try (BaseBackupStream stream = open()) {
            assertThatThrownBy(() -> next(stream, OptionalLong.empty()))
                    .isInstanceOf(SessionFailed.class)
                    .hasMessageContaining("administrator command");
        }
    }

    @Test
    void whatItRefusesAtTheEndIsNoBackup() throws IOException {
        copy('n', "base.tar\0\0");
        message('c', "");
        message('E', "SERROR\0VERROR\0C55000\0Mthe standby was promoted during online backup\0\0");
        try (BaseBackupStream stream = open()) {
            next(stream, OptionalLong.empty());
            assertThat(stream.next()).isEmpty();
            assertThatThrownBy(stream::end).isInstanceOf(SessionFailed.class).hasMessageContaining("was promoted");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNoEnd() throws IOException {
        copy('n', "base.tar\0\0");
        copy('d', "what was to come");
        byte[] cut = Arrays.copyOf(sent.toByteArray(), sent.size() - 5);
        try (BaseBackupStream stream = new BaseBackupStream(new ByteArrayInputStream(cut), Optional.empty())) {
            assertThatThrownBy(() -> next(stream, OptionalLong.empty())).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void whatItLeavesOutIsToldByWhoLeavesItOutAndNotInWhichLanguage() throws IOException {
        message('N', "SWARNUNG\0VWARNING\0C01000\0MSpezialdatei »./log« wird \u00fcbersprungen\0RsendDir\0\0");
        message('N', "SWARNUNG\0VWARNING\0C01000\0MPr\u00fcfsummen\0RsendFile\0\0");
        copy('n', "base.tar\0\0");
        end();
        try (BaseBackupStream stream = open()) {
            next(stream, OptionalLong.empty());
            assertThat(stream.leftOut()).singleElement().asString().contains("./log");
        }
    }

    @Test
    void anOrderThatIsRefusedIsNoBackup() {
        sent.reset();
        message('E', "SERROR\0VERROR\0C42501\0Mmust be superuser or replication role\0\0");
        message('Z', "I");
        assertThatThrownBy(this::open)
                .isInstanceOf(SessionFailed.class)
                .hasMessageContaining("must be superuser or replication role");
    }

    private BaseBackupStream open() throws IOException {
        return new BaseBackupStream(new ByteArrayInputStream(sent.toByteArray()), Optional.empty());
    }

    private static String next(BaseBackupStream stream, OptionalLong tablespace) throws IOException {
        BaseBackupStream.Archive archive = stream.next().orElseThrow();
        assertThat(archive.tablespace()).isEqualTo(tablespace);
        return new String(archive.content().readAllBytes(), UTF_8);
    }

    private void end() {
        message('c', "");
        message('T', "\0\2recptr\0tli\0");
        row("0/2000100", "1");
        message('C', "SELECT\0");
        message('C', "BASE_BACKUP\0");
        message('Z', "I");
    }

    private void copy(char kind, String content) {
        message('d', kind + content);
    }

    private void row(String... columns) {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(row)) {
            out.writeShort(columns.length);
            for (String column : columns) {
                out.writeInt(column == null ? -1 : column.length());
                out.writeBytes(column == null ? "" : column);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        message('D', row.toByteArray());
    }

    private void message(char type, String content) {
        message(type, content.getBytes(UTF_8));
    }

    private void message(char type, byte[] content) {
        try {
            DataOutputStream out = new DataOutputStream(sent);
            out.writeByte(type);
            out.writeInt(Integer.BYTES + content.length);
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
