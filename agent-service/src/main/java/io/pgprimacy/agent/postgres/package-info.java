/** The hands on one PostgreSQL instance: observes and changes it, decides nothing. */
@NullMarked
package io.pgprimacy.agent.postgres;

import org.jspecify.annotations.NullMarked;
