package io.pgprimacy.rescue;

import io.pgprimacy.backup.crypto.MasterKey;
import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.crypto.WrappedKey;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Json;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is done with keys. */
final class KeyCommands {
    private static final Pattern KEY = Pattern.compile("(clusters/.+/)keys/([0-9a-f]{16})\\.json");

    private KeyCommands() {}

    @Command(
            name = "generate-key",
            description = {
                "Prints a new master key. Put it into a file that only the agents' user can read,",
                "and a copy where the database's hosts cannot burn it."
            },
            mixinStandardHelpOptions = true)
    static final class Generate implements Callable<Integer> {
        @Override
        public Integer call() {
            MasterKey key = MasterKey.generate(new SecureRandom());
            System.out.println("# " + key.id());
            System.out.println(key.toSecretText());
            return 0;
        }
    }

    @Command(
            name = "rotate-key",
            description = {
                "Wraps every backup's key by the first of the master keys too. Rewrites no data.",
                "With --remove-others the wrappings by other keys go, and those master keys open nothing any more."
            },
            mixinStandardHelpOptions = true)
    static final class Rotate implements Callable<Integer> {
        @Mixin
        RepositoryOptions repository = new RepositoryOptions();

        @Mixin
        RepositoryOptions.Keys keys = new RepositoryOptions.Keys();

        @Option(names = "--remove-others", description = "Removes wrappings by any other master key.")
        boolean removeOthers;

        @Override
        public Integer call() throws IOException {
            Bucket bucket = repository.open();
            MasterKeys masters = keys.read();
            SortedMap<String, SortedSet<String>> wrappings = new TreeMap<>();
            for (String name : bucket.list(BackupPlace.CLUSTERS)) {
                Matcher matcher = KEY.matcher(name);
                if (matcher.matches()) {
                    wrappings
                            .computeIfAbsent(matcher.group(1), _ -> new TreeSet<>())
                            .add(matcher.group(2));
                }
            }
            int added = 0;
            int removed = 0;
            for (var scope : wrappings.entrySet()) {
                if (!scope.getValue().contains(masters.currentId())) {
                    rewrap(bucket, masters, scope.getKey(), scope.getValue());
                    added++;
                }
                removed += removeOthers ? remove(bucket, masters, scope.getKey(), scope.getValue()) : 0;
            }
            System.err.println(wrappings.size() + " backups: " + added + " wrapped by " + masters.currentId() + ", "
                    + removed + " other wrappings removed");
            return 0;
        }

        private static void rewrap(Bucket bucket, MasterKeys masters, String scope, SortedSet<String> ids)
                throws IOException {
            String known = ids.stream()
                    .filter(masters.ids()::contains)
                    .findFirst()
                    .orElseThrow(() -> new IOException("none of the keys that wrap " + scope + " is known: " + ids));
            WrappedKey next = masters.wrap(masters.unwrap(read(bucket, scope, known), scope), scope);
            bucket.put(name(scope, next.masterKey()), Json.mapper().writeValueAsBytes(next));
        }

        /** Only after the current key was seen to open it, read back from the bucket. */
        private static int remove(Bucket bucket, MasterKeys masters, String scope, SortedSet<String> ids)
                throws IOException {
            masters.unwrap(read(bucket, scope, masters.currentId()), scope);
            int removed = 0;
            for (String id : ids) {
                if (!id.equals(masters.currentId())) {
                    bucket.remove(name(scope, id));
                    removed++;
                }
            }
            return removed;
        }

        private static WrappedKey read(Bucket bucket, String scope, String id) throws IOException {
            try (InputStream in = bucket.open(name(scope, id))) {
                return Json.mapper().readValue(in.readAllBytes(), WrappedKey.class);
            }
        }

        private static String name(String scope, String id) {
            return scope + "keys/" + id + ".json";
        }
    }
}
