/** The only place that starts, signals and finds operating system processes. */
@NullMarked
package io.pgprimacy.agent.process;

import org.jspecify.annotations.NullMarked;
