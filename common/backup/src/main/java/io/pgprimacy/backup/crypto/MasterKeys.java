package io.pgprimacy.backup.crypto;

import io.pgprimacy.backup.RepositoryDamaged;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The master keys of one place, one a line: the first wraps, the others still unwrap what they once wrapped. Empty lines and lines that
 * begin with # are comments.
 */
public final class MasterKeys implements KeyWrapping {
    private final MasterKey current;
    private final SortedMap<String, MasterKey> all = new TreeMap<>();
    private final SecureRandom random = new SecureRandom();

    private MasterKeys(List<MasterKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no master key");
        }
        current = keys.getFirst();
        keys.forEach(key -> all.put(key.id(), key));
    }

    public static MasterKeys of(MasterKey current, MasterKey... former) {
        List<MasterKey> keys = new ArrayList<>(List.of(current));
        keys.addAll(List.of(former));
        return new MasterKeys(keys);
    }

    /** Throws {@link IllegalArgumentException} on a line that is neither a key nor a comment. */
    public static MasterKeys parse(String text) {
        return new MasterKeys(text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(MasterKey::parse)
                .toList());
    }

    @Override
    public String currentId() {
        return current.id();
    }

    @Override
    public SortedSet<String> ids() {
        return new TreeSet<>(all.keySet());
    }

    @Override
    public WrappedKey wrap(DataKey key, String scope) {
        return current.wrap(key, scope, random);
    }

    @Override
    public DataKey unwrap(WrappedKey key, String scope) throws RepositoryDamaged {
        MasterKey master = all.get(key.masterKey());
        if (master == null) {
            throw new RepositoryDamaged("the key of " + scope + " is wrapped by master key " + key.masterKey()
                    + ", which is not among the known ones: " + String.join(", ", all.keySet()));
        }
        return master.unwrap(key, scope);
    }
}
