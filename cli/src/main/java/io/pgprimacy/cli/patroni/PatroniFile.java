package io.pgprimacy.cli.patroni;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The settings of a patroni.yml by their paths, and which of them somebody has asked for: the others must not be lost silently. */
final class PatroniFile {
    private static final int LONGEST = 1 << 20;

    private final Map<String, Object> root;
    private final TreeSet<String> taken = new TreeSet<>();

    private PatroniFile(Map<String, Object> root) {
        this.root = root;
    }

    /** Throws {@link NotPatroni} with what is wrong. */
    static PatroniFile parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(LONGEST);
        Object document;
        try {
            document = new Yaml(new SafeConstructor(options)).load(text);
        } catch (YAMLException e) {
            throw new NotPatroni("it is not YAML: " + e.getMessage(), e);
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw new NotPatroni("it is no YAML mapping");
        }
        return new PatroniFile(named(map, ""));
    }

    private static Map<String, Object> named(Map<?, ?> map, String path) {
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new NotPatroni("the key " + key + " of " + (path.isEmpty() ? "the file" : path) + " is no name");
            }
            Object inner = value instanceof Map<?, ?> m ? named(m, path.isEmpty() ? name : path + "." + name) : value;
            if (inner != null) {
                named.put(name, inner);
            }
        });
        return named;
    }

    boolean has(String path) {
        return find(path).isPresent();
    }

    Optional<String> text(String path) {
        Optional<Object> value = take(path);
        value.ifPresent(v -> require(!(v instanceof Map) && !(v instanceof List), path, "is no single value"));
        return value.map(PatroniFile::word).filter(word -> !word.isBlank());
    }

    Optional<Long> number(String path) {
        return take(path).map(value -> {
            try {
                return Long.parseLong(value.toString());
            } catch (NumberFormatException e) {
                throw new NotPatroni(path + " is no number: " + value, e);
            }
        });
    }

    /** As Patroni's {@code parse_bool}: on, yes, true, 1, and their opposites. */
    Optional<Boolean> flag(String path) {
        return take(path).map(value -> switch (word(value)) {
            case "on", "yes", "true", "1" -> true;
            case "off", "no", "false", "0" -> false;
            default -> throw new NotPatroni(path + " is neither true nor false: " + value);
        });
    }

    /** Entries as text, in their order. */
    Map<String, String> texts(String path) {
        Map<String, String> texts = new LinkedHashMap<>();
        take(path).ifPresent(value -> {
            require(value instanceof Map, path, "is no mapping");
            ((Map<?, ?>) value).forEach((key, entry) -> {
                require(!(entry instanceof Map) && !(entry instanceof List), path + "." + key, "is no single value");
                texts.put((String) key, word(entry));
            });
        });
        return texts;
    }

    List<String> lines(String path) {
        return take(path)
                .map(value -> {
                    require(value instanceof List, path, "is no list");
                    return ((List<?>) value).stream().map(PatroniFile::word).toList();
                })
                .orElse(List.of());
    }

    /** Every setting that nobody has asked for. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        collect(root, "", left);
        return left;
    }

    private void collect(Map<String, Object> map, String path, List<String> left) {
        map.forEach((name, value) -> {
            String here = path.isEmpty() ? name : path + "." + name;
            if (taken.contains(here)) {
                return;
            }
            if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
                collect(named(inner, here), here, left);
            } else {
                left.add(here);
            }
        });
    }

    private Optional<Object> take(String path) {
        Optional<Object> found = find(path);
        if (found.isPresent()) {
            taken.add(path);
        }
        return found;
    }

    private Optional<Object> find(String path) {
        Object at = root;
        for (String name : path.split("\\.", -1)) {
            if (!(at instanceof Map<?, ?> map) || !map.containsKey(name)) {
                return Optional.empty();
            }
            at = map.get(name);
        }
        return Optional.ofNullable(at);
    }

    /** YAML 1.1 takes on and off for truth values; to PostgreSQL they are words again. */
    private static String word(Object value) {
        return switch (value) {
            case Boolean b -> b ? "on" : "off";
            default -> value.toString().strip();
        };
    }

    private static void require(boolean holds, String path, String otherwise) {
        if (!holds) {
            throw new NotPatroni(path + " " + otherwise);
        }
    }
}
