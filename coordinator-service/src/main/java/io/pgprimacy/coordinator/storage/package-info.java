/** Asks the storage service what backups there are. */
@org.jspecify.annotations.NullMarked
package io.pgprimacy.coordinator.storage;
