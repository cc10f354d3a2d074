package io.pgprimacy.storage.repository;

/** How bytes get from agents to the store and back: directly, or through this service where hosts cannot reach the store. */
public interface Transfers {
    /** @param sha256 of the part, hex */
    Grant part(String name, String uploadId, int number, long length, String sha256);

    /** For an object in one piece that is not there yet. */
    Grant put(String name, long length, String sha256);

    Grant get(String name);
}
