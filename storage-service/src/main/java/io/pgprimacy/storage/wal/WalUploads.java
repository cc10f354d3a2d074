package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.repository.Grant;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Refusal.Reason;
import io.pgprimacy.storage.repository.Transfers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a primary's agent may do with the WAL archive: add objects that are not there, under the newest term. Nothing here overwrites. */
public final class WalUploads {
    private static final Pattern KEY = Pattern.compile("days/\\d{8}-[0-9a-f]{8}/keys/[0-9a-f]{16}\\.json");
    private static final Pattern OF_A_TIMELINE =
            Pattern.compile("([0-9A-F]{8})/(?:history|segments/\\1[0-9A-F]{16}(?:\\.partial)?"
                    + "|slices/\\1[0-9A-F]{16}/[0-9a-f]{8}-[0-9a-f]{8})");

    private final WalTerms terms;
    private final Transfers transfers;

    public WalUploads(WalTerms terms, Transfers transfers) {
        this.terms = terms;
        this.transfers = transfers;
    }

    /** @param object relative to the archive's directory */
    public Grant put(WalPlace place, String object, Part whole, long term, TimelineId timeline) {
        Matcher ofATimeline = OF_A_TIMELINE.matcher(object);
        if (ofATimeline.matches()) {
            long named = Long.parseLong(ofATimeline.group(1), 16);
            if (named < 1 || named > timeline.value()) {
                throw new Refusal(
                        Reason.NAME_NOT_ALLOWED, object + " is not of timeline " + timeline + " or an earlier one");
            }
        } else if (!KEY.matcher(object).matches()) {
            throw new Refusal(Reason.NAME_NOT_ALLOWED, "'" + object + "' is not an object of the WAL archive");
        }
        terms.require(place, term, timeline);
        return transfers.put(place.directory() + object, whole.length(), whole.sha256());
    }
}
