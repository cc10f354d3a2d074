package io.pgprimacy.backup.format;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/** One line of an index: what one group of a backup holds. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = IndexEntry.Directory.class, name = "directory"),
    @JsonSubTypes.Type(value = IndexEntry.File.class, name = "file")
})
public sealed interface IndexEntry {
    /** Relative to the data directory, with slashes; files of a tablespace below {@code pg_tblspc/OID}. */
    String path();

    /** @param mode permissions, octal: {@code 0700} */
    record Directory(String path, String mode) implements IndexEntry {}

    /**
     * @param crc32c of the whole file as it was read, hex; what a restore composes must have it
     * @param sources where its content is, the oldest first: one {@link Content#WHOLE}, then any number of {@link Content#PAGES}
     * @param mapOffset where in the group's page maps this file's begins, in bytes; -1 where it has none: only files that may be stored by
     *     pages have one
     * @param wrongPages numbers, in the whole relation, of pages whose checksum was wrong when they were read
     */
    record File(
            String path,
            long size,
            String mode,
            Instant modified,
            String crc32c,
            List<Source> sources,
            long mapOffset,
            List<Long> wrongPages)
            implements IndexEntry {
        public File {
            sources = List.copyOf(sources);
            wrongPages = List.copyOf(wrongPages);
            boolean ordered = !sources.isEmpty()
                    && sources.getFirst().content() == Content.WHOLE
                    && sources.stream().skip(1).allMatch(s -> s.content() == Content.PAGES);
            if (!ordered) {
                throw new IllegalArgumentException(
                        path + " must begin with a whole file and go on with pages: " + sources);
            }
        }
    }

    /** How a source gives a file. */
    enum Content {
        @JsonProperty("whole")
        WHOLE,
        @JsonProperty("pages")
        PAGES
    }

    /**
     * @param backup number of the backup in the manifest's chain, 0 for the full one
     * @param group of that backup
     */
    record Source(int backup, int group, Content content) {}
}
