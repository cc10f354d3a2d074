/** The agent's own settings: where its PostgreSQL, its Kafka and its files are. */
@NullMarked
package io.pgprimacy.agent.config;

import org.jspecify.annotations.NullMarked;
