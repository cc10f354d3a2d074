package io.pgprimacy.worker.backup;

import io.pgprimacy.worker.source.SourceFile;
import java.util.Optional;

/** @param parent present where pages that have not changed since are left out */
record PlannedFile(SourceFile file, Optional<ParentFile> parent) {}
