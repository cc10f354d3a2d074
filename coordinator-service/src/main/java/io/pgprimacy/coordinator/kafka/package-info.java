/** What the runtime needs of Kafka: the logs, their topics, and the group that spreads the work. */
@NullMarked
package io.pgprimacy.coordinator.kafka;

import org.jspecify.annotations.NullMarked;
