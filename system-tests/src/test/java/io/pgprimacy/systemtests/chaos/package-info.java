/** {@code ./dev chaos}: a seeded plan of faults against real processes, clients that write all the time, and a judge. */
@NullMarked
package io.pgprimacy.systemtests.chaos;

import org.jspecify.annotations.NullMarked;
