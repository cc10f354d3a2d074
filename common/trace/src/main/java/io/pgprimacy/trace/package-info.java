/**
 * What happens in a cluster as OpenTelemetry traces. Each service tells of the records that it wrote itself; all compute the same ids from what they
 * read, so that the spans of one operation meet although no service calls another.
 */
@NullMarked
package io.pgprimacy.trace;

import org.jspecify.annotations.NullMarked;
