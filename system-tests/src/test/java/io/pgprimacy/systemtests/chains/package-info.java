/** {@code ./dev chains}: seeded chains of backups under load and faults, restored to seeded targets, and a judge. */
@NullMarked
package io.pgprimacy.systemtests.chains;

import org.jspecify.annotations.NullMarked;
