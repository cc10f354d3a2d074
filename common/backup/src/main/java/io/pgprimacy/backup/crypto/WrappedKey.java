package io.pgprimacy.backup.crypto;

import java.util.regex.Pattern;

/**
 * A data key as it lies in the repository, readable only with the master key of that id.
 *
 * @param masterKey id of the master key
 * @param algorithm how it is wrapped; {@link MasterKey#ALGORITHM}, or what a key management service calls its own
 * @param wrapped hex
 */
public record WrappedKey(int format, String masterKey, String algorithm, String wrapped) {
    public static final int FORMAT = 1;

    private static final Pattern LOWER_CASE_HEX = Pattern.compile("[0-9a-f]*");

    public WrappedKey {
        // One spelling only, so that no changed bit of the document goes unnoticed.
        if (!LOWER_CASE_HEX.matcher(wrapped).matches()) {
            throw new IllegalArgumentException("a wrapped key is written in lower-case hex");
        }
    }
}
