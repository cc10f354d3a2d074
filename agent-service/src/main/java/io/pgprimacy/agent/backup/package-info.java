/** Runs the backup worker beside the agent, and tells what it says as facts. */
@org.jspecify.annotations.NullMarked
package io.pgprimacy.agent.backup;
