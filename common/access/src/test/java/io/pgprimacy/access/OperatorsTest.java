package io.pgprimacy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorsTest {
    @TempDir
    Path directory;

    @Test
    void somebody_is_known_by_name_and_password() throws IOException {
        Operators operators = read("# who may\n\njane:correct-horse:1\njohn:battery-staple\n");

        assertThat(who(operators, "jane:correct-horse:1")).contains("jane");
        assertThat(who(operators, "john:battery-staple")).contains("john");
        assertThat(who(operators, "jane:battery-staple")).isEmpty();
        assertThat(who(operators, "jane:")).isEmpty();
        assertThat(who(operators, "nobody:")).isEmpty();
        assertThat(who(operators, "jane")).isEmpty();
    }

    @Test
    void what_is_neither_basic_nor_bearer_authentication_is_nobody() throws IOException {
        Operators operators = read("jane:correct-horse\n");

        assertThat(operators.who(Optional.empty())).isEmpty();
        assertThat(operators.who(Optional.of("Basic !!!"))).isEmpty();
        assertThat(operators.who(Optional.of("Digest " + base64("jane:correct-horse"))))
                .isEmpty();
        assertThat(operators.who(Optional.of("basic " + base64("jane:correct-horse"))))
                .contains("jane");
    }

    @Test
    void a_file_that_lets_nobody_or_anybody_in_is_refused_without_telling_its_secrets() {
        assertThatThrownBy(() -> read("jane:short\n"))
                .isInstanceOf(OperatorsRefused.class)
                .hasMessageContaining("line 1")
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> read("jane\n")).hasMessageContaining("line 1");
        assertThatThrownBy(() -> read("# jane\n")).hasMessageContaining("names nobody");
        assertThatThrownBy(() -> read("jane:correct-horse\njane:battery-staple\n"))
                .hasMessageContaining("jane twice");
        assertThatThrownBy(() -> Operators.read(directory.resolve("nowhere"))).hasMessageContaining("nowhere");
    }

    @Test
    void a_token_alone_tells_whose_it_is_and_the_file_does_not_hold_it() throws IOException {
        String token = Operators.newToken();
        String line = Operators.line("jane", token);
        Operators operators = read(line + "\n" + Operators.line("john", Operators.newToken()) + "\n");

        assertThat(line).doesNotContain(token).startsWith("jane:$sha256$");
        assertThat(operators.who(Optional.of("Bearer " + token))).contains("jane");
        assertThat(who(operators, "jane:" + token)).contains("jane");
        assertThat(who(operators, "john:" + token)).isEmpty();
        String hash = line.substring("jane:".length());
        assertThat(operators.who(Optional.of("Bearer " + hash))).isEmpty();
        assertThat(who(operators, "jane:" + hash)).isEmpty();
        assertThat(operators).hasToString("[jane, john]");
    }

    @Test
    void a_secret_belongs_to_one() {
        assertThatThrownBy(() -> read("jane:correct-horse\njohn:correct-horse\n"))
                .hasMessageContaining("gives john the secret of another")
                .hasMessageNotContaining("horse");
        assertThatThrownBy(() -> read("jane:$sha256$00\n")).hasMessageContaining("line 1");
    }

    private static Optional<String> who(Operators operators, String credentials) {
        return operators.who(Optional.of("Basic " + base64(credentials)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Operators read(String text) throws IOException {
        return Operators.read(Files.writeString(directory.resolve("operators"), text));
    }
}
