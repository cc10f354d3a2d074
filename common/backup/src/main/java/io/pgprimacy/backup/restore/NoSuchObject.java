package io.pgprimacy.backup.restore;

import java.io.IOException;

/** The store answered, and has no object of that name. */
public final class NoSuchObject extends IOException {
    public NoSuchObject(String name) {
        super("there is no object " + name + " in the repository");
    }
}
