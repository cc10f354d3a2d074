package io.pgprimacy.agent;

import io.pgprimacy.agent.config.AgentConfig;
import io.pgprimacy.agent.config.ConfigurationFailure;
import io.pgprimacy.agent.logging.AgentLogging;
import io.pgprimacy.agent.runtime.Agent;
import java.nio.file.Path;

/** Runs one agent until it is told to stop. */
public final class AgentMain {
    private static final int WRONG_USE = 2;
    private static final int FAILED = 1;

    private AgentMain() {}

    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: pgprimacy-agent AGENT.PROPERTIES");
            System.exit(WRONG_USE);
        }
        try {
            AgentConfig config = AgentConfig.read(Path.of(arguments[0]));
            AgentLogging.use(config.logFormat(), config.cluster(), config.node());
            Agent agent = Agent.of(config);
            Runtime.getRuntime().addShutdownHook(new Thread(agent::leave, "leave"));
            agent.run();
        } catch (ConfigurationFailure e) {
            System.err.println(e.getMessage());
            System.err.println("hint: " + e.hint());
            System.exit(WRONG_USE);
        } catch (RuntimeException e) {
            System.err.println("the agent cannot run: " + e.getMessage());
            e.printStackTrace();
            System.exit(FAILED);
        }
    }
}
