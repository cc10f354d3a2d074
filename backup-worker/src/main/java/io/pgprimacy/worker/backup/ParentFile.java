package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.page.PageMap;

/** What the parent backup has of a file. */
record ParentFile(IndexEntry.File entry, PageMap map) {}
