package io.pgprimacy.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.Map;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line per message on standard error; the unit file or the sandbox says where that goes. Text until the configuration is read. Set
 * up by code: an agent that was killed must be back within its lease, and parsing XML would come first at each start.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class AgentLogging extends ContextAwareBase implements Configurator {
    /** Of the decision that is carried out. */
    public static final String SEQUENCE = "sequence";

    private static final String TERM = "term";
    private static final String OFFSET = "offset";
    private static final String TEXT = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} [%thread] %level %logger{0} - %msg%n";

    /** Of whoever would say it again at each attempt, hundreds of times a second; the log's own messages say it once. */
    private static final Map<String, Level> QUIETER = Map.of(
            "org.apache.kafka",
            Level.WARN,
            "org.apache.kafka.clients.NetworkClient",
            Level.ERROR,
            "org.apache.kafka.clients.consumer.internals.FetchCollector",
            Level.ERROR);

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        QUIETER.forEach((name, level) -> context.getLogger(name).setLevel(level));
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setPattern(TEXT);
        say(context, text);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From now on, in the whole process. */
    public static void use(LogFormat format, ClusterId cluster, NodeId node) {
        if (format == LogFormat.TEXT) {
            return;
        }
        LogstashEncoder json = new LogstashEncoder();
        json.setCustomFields(
                JsonMapper.shared().writeValueAsString(Map.of("cluster", cluster.value(), "node", node.value())));
        say((LoggerContext) LoggerFactory.getILoggerFactory(), json);
    }

    /** What this thread says from now on is said under that term, with the log read up to there. */
    public static void at(Term term, long offset) {
        MDC.put(TERM, Long.toString(term.value()));
        MDC.put(OFFSET, Long.toString(offset));
    }

    private static void say(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.INFO);
        root.addAppender(console);
    }
}
