package io.pgprimacy.core.cluster;

import java.util.function.UnaryOperator;

/** A part of a state while a record is folded into it: that of the state before, until somebody writes. */
final class PartDraft<T> {
    private final UnaryOperator<T> copying;
    private T value;
    private boolean isCopy;

    PartDraft(T before, UnaryOperator<T> copying) {
        this.value = before;
        this.copying = copying;
    }

    T read() {
        return value;
    }

    T write() {
        if (!isCopy) {
            value = copying.apply(value);
            isCopy = true;
        }
        return value;
    }
}
