package io.pgprimacy.systemtests.chaos.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The network does what the plan says of it. Asked by connecting to a port where nobody listens: who is reached refuses at
 * once, who is not says nothing.
 */
class NetworkTest {
    private static final int CLOSED_PORT = 9;

    private Network network;

    @BeforeEach
    void create() {
        Optional<String> obstacle = Network.obstacle();
        obstacle.ifPresent(reason -> System.err.println("NOT TESTED, the campaign's network: " + reason));
        assumeTrue(obstacle.isEmpty());
        network = Network.create(List.of("a", "b"), 1);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        if (network != null) {
            network.close();
            assertThat(run("ip", "netns", "list").out())
                    .doesNotContain("pgchaos-" + ProcessHandle.current().pid());
        }
    }

    @Test
    void everybodyReachesEverybody() {
        assertThat(reached("a", "b", 3)).isEqualTo(3);
        assertThat(reached("b", "a", 3)).isEqualTo(3);
        assertThat(isReachedFrom(Network.CLIENTS, "a")).isTrue();
    }

    @Test
    void aCutLinkIsCutUntilItIsHealedAndNoOther() {
        Disturbance cut = Disturbance.cut(Set.of("a"), Set.of("b"));
        network.add(cut);
        assertThat(reached("a", "b", 3)).isZero();
        assertThat(isReachedFrom(Network.CLIENTS, "a")).isTrue();

        network.remove(cut);

        assertThat(reached("a", "b", 3)).isEqualTo(3);
    }

    @Test
    void theObserverIsNeverCutOff() {
        Disturbance.cut(Set.of("a"), Set.of("b", Network.CLIENTS)).bothWays().forEach(network::add);

        assertThat(isReachedFrom(Network.CLIENTS, "a")).isFalse();
        assertThat(isReachedFrom(Network.OBSERVER, "a")).isTrue();
    }

    @Test
    void delaysOfBothDirectionsAddUp() {
        Disturbance.slow(Set.of("a"), Set.of("b"), Duration.ofMillis(150))
                .bothWays()
                .forEach(network::add);

        assertThat(roundTrip("a", "b")).isBetween(Duration.ofMillis(300), Duration.ofMillis(700));
    }

    @Test
    void aLossyLinkLosesSome() {
        network.add(Disturbance.lossy(Set.of("a"), Set.of("b"), 0.5));

        assertThat(reached("a", "b", 30)).isBetween(3, 27);
    }

    private int reached(String from, String to, int tries) {
        String loop = """
                for ((i = 0; i < %d; i++)); do
                    timeout 0.3 bash -c 'exec 3<>/dev/tcp/%s/%d' 2>/dev/null
                    [[ $? -eq 124 ]] || echo reached
                done""".formatted(tries, network.address(to), CLOSED_PORT);
        return (int) run("ip", "netns", "exec", network.namespace(from), "bash", "-c", loop)
                .out()
                .lines()
                .count();
    }

    private Duration roundTrip(String from, String to) {
        String timed = """
                from=${EPOCHREALTIME/./}
                { exec 3<>/dev/tcp/%s/%d; } 2>/dev/null
                echo $((${EPOCHREALTIME/./} - from))""".formatted(network.address(to), CLOSED_PORT);
        String micros = run("ip", "netns", "exec", network.namespace(from), "bash", "-c", timed)
                .out()
                .strip();
        return Duration.ofNanos(Long.parseLong(micros) * 1_000);
    }

    private boolean isReachedFrom(String local, String to) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(network.address(local), 0));
            socket.connect(new InetSocketAddress(network.address(to), CLOSED_PORT), 500);
            return true;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Command.Result run(String... command) {
        return Command.run(Duration.ofSeconds(30), Map.of(), Path.of("/"), List.of(command));
    }
}
