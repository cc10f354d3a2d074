/** What is kept in the repository of a cluster's log. */
@org.jspecify.annotations.NullMarked
package io.pgprimacy.backup.log;
