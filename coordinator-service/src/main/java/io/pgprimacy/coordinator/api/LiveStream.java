package io.pgprimacy.coordinator.api;

import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Server-sent events as the HTML standard has them, one message at a time straight to the socket. */
final class LiveStream {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Writer out;

    LiveStream(Writer out) {
        this.out = out;
    }

    /** JSON has no line breaks of its own, so one {@code data:} line holds it. */
    void send(String name, Object data, @Nullable Long id) throws IOException {
        if (id != null) {
            out.write("id: " + id + "\n");
        }
        out.write("event: " + name + "\ndata: " + JSON.writeValueAsString(data) + "\n\n");
    }

    void flush() throws IOException {
        out.flush();
    }
}
