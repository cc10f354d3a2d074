package io.pgprimacy.log;

import io.pgprimacy.core.postgres.Lsn;
import java.util.Locale;

/** PostgreSQL's text of an LSN. Not by {@code String.format}: each heartbeat has several, and that takes half a microsecond. */
final class LsnText {
    private LsnText() {}

    static String write(Lsn lsn) {
        String high = Long.toHexString(lsn.value() >>> 32);
        String low = Long.toHexString(lsn.value() & 0xFFFFFFFFL);
        return high.concat("/").concat(low).toUpperCase(Locale.ROOT);
    }

    static Lsn read(String text) {
        return Lsn.parse(text);
    }
}
