package io.pgprimacy.systemtests.chaos.history;

/** Names one write: an insert by session and value, an element of a list by key and value. */
public record Written(Op.Type type, int session, int key, int value) {
    static Written element(int key, int value) {
        return new Written(Op.Type.APPEND, ListElements.sessionOf(value), key, value);
    }
}
