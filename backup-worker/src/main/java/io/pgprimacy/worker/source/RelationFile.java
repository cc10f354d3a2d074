package io.pgprimacy.worker.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file of a relation: {@code 16384}, {@code 16384_vm}, {@code 16384.2}.
 *
 * @param fork {@code main}, {@code fsm}, {@code vm} or {@code init}
 * @param segment number of the piece of 1 GiB
 */
record RelationFile(String relation, String fork, int segment) {
    static final String MAIN = "main";
    static final String INIT = "init";

    private static final Pattern NAME = Pattern.compile("(\\d+)(?:_(fsm|vm|init))?(?:\\.(\\d{1,8}))?");
    private static final Pattern TEMPORARY = Pattern.compile("t\\d+_\\d+(?:_(?:fsm|vm|init))?(?:\\.\\d+)?");

    static Optional<RelationFile> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String fork = matcher.group(2) == null ? MAIN : matcher.group(2);
        int segment = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return Optional.of(new RelationFile(matcher.group(1), fork, segment));
    }

    /** Of one session; worthless after it. */
    static boolean isTemporary(String name) {
        return TEMPORARY.matcher(name).matches();
    }
}
