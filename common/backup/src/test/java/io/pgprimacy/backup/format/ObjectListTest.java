package io.pgprimacy.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.StoredObject.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists come from whoever has an agent's token: what cannot be read is damage, never a failure of the store and never all of the memory. */
class ObjectListTest {

    @Test
    void whatIsWrittenIsRead() throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        try (ObjectList.Writer writer = new ObjectList.Writer(list)) {
            for (int i = 1; i <= 1000; i++) {
                objects.add(new StoredObject("data/%08d".formatted(i), List.of(new Part(i, "a".repeat(64)))));
                writer.add(objects.getLast());
            }
            writer.finish();
        }
        assertThat(read(list.toByteArray())).isEqualTo(objects);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null\n", "[]\n", "{}\n", "x\n", "\n", "{\"name\":\"x\",\"parts\":[null]}\n", "{\"name\":\"x\""})
    void aLineThatIsNoObjectIsDamage(String line) {
        assertThatThrownBy(() -> read(Zstd.compress(line.getBytes(UTF_8)))).isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void whatIsNotCompressedIsDamage() {
        assertThatThrownBy(() -> read("plain".getBytes(UTF_8))).isInstanceOf(RepositoryDamaged.class);
    }

    /** 64 MiB of one line in a few kilobytes. */
    @Test
    void aLineThatDoesNotEndIsDamage() {
        byte[] bomb = Zstd.compress(new byte[64 * 1024 * 1024]);
        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> read(bomb))
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining("longer");
    }

    @Test
    void theFirstPartThatDiffersIsNamed() {
        StoredObject expected = new StoredObject("x", List.of(part("abc"), part("def")));
        assertThat(compare(expected, "abcdef")).isEmpty();
        assertThat(compare(expected, "abcdeX"))
                .startsWith("expected part 2 with SHA-256 " + part("def").sha256());
        assertThat(compare(expected, "abcde")).isEqualTo("expected 6 bytes, found 5 bytes");
        assertThat(compare(expected, "abcdefg")).isEqualTo("expected 6 bytes, found 7 bytes");
    }

    private static String compare(StoredObject expected, String found) {
        ObjectComparison comparison = new ObjectComparison(expected);
        for (byte b : found.getBytes(UTF_8)) {
            comparison.update(new byte[] {b}, 0, 1);
        }
        return comparison.finish().map(Object::toString).orElse("");
    }

    private static Part part(String content) {
        return Part.of(content.getBytes(UTF_8), content.length());
    }

    private static List<StoredObject> read(byte[] list) throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        ObjectList.read("objects", new ByteArrayInputStream(list), objects::add);
        return objects;
    }
}
