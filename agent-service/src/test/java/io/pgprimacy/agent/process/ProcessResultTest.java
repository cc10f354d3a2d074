package io.pgprimacy.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessResultTest {
    @Test
    void a_complaint_begins_at_the_error_not_at_the_progress_before_it() {
        String errors = """
                pg_rewind: connected to server
                pg_rewind: error: could not find previous WAL record at 0/5000060
                pg_rewind: detail: the file is gone
                """;
        assertThat(failed(errors).complaint()).isEqualTo("""
                pg_rewind: error: could not find previous WAL record at 0/5000060
                pg_rewind: detail: the file is gone""");
    }

    @Test
    void without_a_marked_error_it_is_all_that_was_said() {
        assertThat(failed("no such\nthing\n").complaint()).isEqualTo("no such\nthing");
        assertThat(failed(" ").complaint()).isEqualTo("exit code 1");
    }

    private static ProcessResult failed(String errors) {
        return new ProcessResult(1, false, "", errors, Duration.ofMillis(7));
    }
}
