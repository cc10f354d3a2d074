package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.Json;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Of the commands that list what is in a bucket. */
final class ListOptions {
    @Mixin
    RepositoryOptions repository = new RepositoryOptions();

    @Option(names = "--cluster", paramLabel = "NAME", description = "Of this cluster only.")
    String cluster = "";

    @Option(names = "--json", description = "One JSON document.")
    boolean json;

    Bucket bucket() {
        return repository.open();
    }

    /**
     * What can be read, as a document or as a table; what cannot is warned of. Returns the exit status.
     *
     * @param document all of it, for {@code --json}
     * @param table prints it for people
     */
    int print(Object document, List<String> unreadable, Runnable table) {
        if (json) {
            System.out.println(Json.indented().writeValueAsString(document));
        } else {
            table.run();
        }
        unreadable.forEach(what -> System.err.println("warning: " + what));
        return unreadable.isEmpty() ? 0 : 1;
    }
}
