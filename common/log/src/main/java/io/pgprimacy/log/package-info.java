/** The event codec and the cluster log over Kafka. */
@NullMarked
package io.pgprimacy.log;

import org.jspecify.annotations.NullMarked;
