/** Whole-system tests: real processes, real PostgreSQL, real Kafka. */
@NullMarked
package io.pgprimacy.systemtests;

import org.jspecify.annotations.NullMarked;
