package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;

/** Asks the storage service for a person, and says its no in this interface's words. */
final class Storage {
    private Storage() {}

    @FunctionalInterface
    interface Question<T> {
        T ask() throws NotThere, Refused;
    }

    static <T> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (NotThere e) {
            throw new ApiFailure(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    String.valueOf(e.getMessage()),
                    "asking again is safe: what was done before is not done twice",
                    e);
        } catch (Refused e) {
            throw refusal(e);
        }
    }

    static ApiFailure refusal(Refused refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.code()) {
            case "unknown" ->
                new ApiFailure(ErrorCode.UNKNOWN_BACKUP, message, "pgprimacy backups shows what there is", refused);
            case "invalid-request" ->
                new ApiFailure(ErrorCode.INVALID_REQUEST, message, "nothing was changed", refused);
            case "unreachable" -> new ApiFailure(ErrorCode.UNREACHABLE_TARGET, message, refused.hint(), refused);
            default ->
                new ApiFailure(
                        ErrorCode.STORAGE_REFUSED,
                        message,
                        "nothing was changed; docs/reference/storage-api.md describes '" + refused.code() + "'",
                        refused);
        };
    }
}
