package io.pgprimacy.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The hash chain over a cluster's decisions and requests, in the order of the log: each link is the SHA-256 of the link before it and of
 * type, source, id, time and body of the record, each on a line of its own. These two kinds stay for ever, each under a key of its own,
 * so the chain is the same for every export, however often the log has been compacted. Whoever has kept a link can tell later whether
 * anything before it has been changed, left out or added.
 *
 * <p>Facts are not in it: one that is stated again takes the place of the first, and heartbeats are superseded all the time.
 */
public final class RecordChain {
    private String head;

    public RecordChain() {
        this("0".repeat(64));
    }

    /** One that goes on behind that link. */
    public RecordChain(String head) {
        this.head = head;
    }

    /** The last link; zeros before the first. */
    public String head() {
        return head;
    }

    /** The next link, where the record is one. */
    public Optional<String> next(ExportLine line) {
        if (!EventTypes.isDecision(line.type()) && !EventTypes.isRequest(line.type())) {
            return Optional.empty();
        }
        MessageDigest digest = sha256();
        for (String part : new String[] {head, line.type(), line.source(), line.id(), line.time()}) {
            digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
        }
        digest.update(ExportLine.JSON.writeValueAsBytes(line.data()));
        head = HexFormat.of().formatHex(digest.digest());
        return Optional.of(head);
    }

    /** Goes on behind a link that is not the one expected, so that the next break is found where it is. */
    void resume(String link) {
        head = link;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
