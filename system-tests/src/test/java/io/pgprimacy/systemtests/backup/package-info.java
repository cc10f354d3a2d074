/** Backups and restores with real PostgreSQL, the real storage service and a real S3 endpoint, each a process of its own. */
package io.pgprimacy.systemtests.backup;
