/** Keeps every cluster's log in the object store as well, and gives it back from there. */
@org.jspecify.annotations.NullMarked
package io.pgprimacy.coordinator.archive;
