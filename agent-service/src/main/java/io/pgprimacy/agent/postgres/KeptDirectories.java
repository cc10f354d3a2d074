package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.id.Term;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What restores have replaced, beside the data directory: {@code data.before-restore-TERM}. A term comes twice only where the cluster's log was made
 * anew; then a number follows.
 */
final class KeptDirectories {
    private final Path data;
    private final Pattern name;

    KeptDirectories(Path data) {
        this.data = data.toAbsolutePath().normalize();
        this.name = Pattern.compile(Pattern.quote(prefix()) + "(\\d{1,18})(-\\d+)?");
    }

    /** Those that are there, each with the term of its restore. */
    SortedMap<Path, Term> all() throws IOException {
        SortedMap<Path, Term> found = new TreeMap<>();
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent())) {
            for (Path sibling : siblings) {
                Matcher matcher = name.matcher(
                        Objects.requireNonNull(sibling.getFileName()).toString());
                if (matcher.matches() && Files.isDirectory(sibling)) {
                    found.put(sibling, new Term(Long.parseLong(matcher.group(1))));
                }
            }
        }
        return found;
    }

    /** The one that was put aside last by the restore of that term. */
    Optional<Path> of(Term term) {
        Path last = null;
        for (int n = 1; Files.exists(nth(term, n)); n++) {
            last = nth(term, n);
        }
        return Optional.ofNullable(last);
    }

    /** Where nothing is yet. */
    Path free(Term term) {
        int n = 1;
        while (Files.exists(nth(term, n))) {
            n++;
        }
        return nth(term, n);
    }

    private Path nth(Term term, int n) {
        return data.resolveSibling(prefix() + term + (n == 1 ? "" : "-" + n));
    }

    private String prefix() {
        return data.getFileName() + ".before-restore-";
    }

    private Path parent() {
        return Objects.requireNonNull(data.getParent(), "data directory is /");
    }
}
