/** From agent to agent, without the log: promises that keep a primary's lease while Kafka is away (S11). */
@NullMarked
package io.pgprimacy.agent.peers;

import org.jspecify.annotations.NullMarked;
