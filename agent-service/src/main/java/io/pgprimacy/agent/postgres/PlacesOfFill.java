package io.pgprimacy.agent.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The side places that a fill writes to, in a file of the state directory, for those that no link leads to: {@code pg_basebackup} makes its links as the
 * last thing, and replay of CREATE TABLESPACE takes a link away from its side place.
 */
final class PlacesOfFill {
    private final Path file;
    private final Path data;
    private final Tablespaces tablespaces;

    PlacesOfFill(InstanceSettings settings, Tablespaces tablespaces) {
        this.file = settings.stateDirectory().resolve("tablespaces-of-fill");
        this.data = settings.dataDirectory();
        this.tablespaces = tablespaces;
    }

    /**
     * Durable before anything is written there.
     *
     * @param side the name of the places
     * @param homes where they are, as far as that is known
     */
    void note(String side, List<Path> homes) throws IOException {
        List<String> lines = new ArrayList<>(List.of(side));
        homes.forEach(home -> lines.add(home.toString()));
        DurableFile.write(file, String.join("\n", lines) + "\n");
    }

    /** What is left there goes, unless a link leads to it. */
    void clear() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = Files.readAllLines(file, UTF_8);
        List<Path> homes = new ArrayList<>();
        lines.stream().skip(1).map(Path::of).forEach(homes::add);
        Tablespaces.links(data).forEach(link -> homes.add(link.home()));
        for (Path home : homes) {
            tablespaces.deletePlace(home.resolve(lines.getFirst()));
        }
        DurableFile.delete(file);
    }
}
