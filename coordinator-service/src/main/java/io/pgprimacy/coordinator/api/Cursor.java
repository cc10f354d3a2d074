package io.pgprimacy.coordinator.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.util.UriComponents;

/**
 * Where a list goes on: a place in the list and not a number of lines, so that what comes or goes in between neither repeats a line nor hides
 * one. It holds no state of this coordinator, any other goes on with it. What it looks like is nobody's business but this class's.
 */
record Cursor(String list, String at) {
    static final String PARAMETER = "cursor";

    private String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((list + ":" + at).getBytes(StandardCharsets.UTF_8));
    }

    /** Empty where none is given: the list begins. */
    static <T> Optional<T> place(String list, @Nullable String text, Function<String, T> reader) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(":", 2);
            if (parts.length == 2 && parts[0].equals(list)) {
                return Optional.of(reader.apply(parts[1]));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw bad(list, e);
        }
        throw bad(list, null);
    }

    private static ApiFailure bad(String list, @Nullable Throwable cause) {
        return new ApiFailure(
                ErrorCode.INVALID_REQUEST,
                "the cursor is none of a list of " + list,
                "take it as it stands from the next link of the page before, or leave it out to begin anew",
                cause);
    }

    static int limit(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "limit " + limit + " must be between 1 and " + most,
                    "the next link leads to the rest");
        }
        return limit;
    }

    /** A list that is given whole where no limit is named. */
    static <T> Page<T> page(String list, List<T> rest, @Nullable Integer limit, Function<T, String> place) {
        int size = limit == null ? rest.size() : Math.min(limit(limit, Integer.MAX_VALUE), rest.size());
        List<T> page = rest.subList(0, size);
        return new Page<>(
                page,
                size < rest.size() ? Optional.of(new Cursor(list, place.apply(page.getLast()))) : Optional.empty());
    }

    /** @param next where the list goes on; empty at its end */
    record Page<T>(List<T> lines, Optional<Cursor> next) {}

    /** With the link to what follows the page, of the call that this thread answers (RFC 8288); without a host, for there may be a proxy. */
    static HttpHeaders links(Optional<Cursor> next) {
        HttpHeaders headers = new HttpHeaders();
        next.ifPresent(cursor -> {
            UriComponents address = ServletUriComponentsBuilder.fromCurrentRequest()
                    .replaceQueryParam(PARAMETER, cursor.text())
                    .build();
            headers.add(HttpHeaders.LINK, "<" + address.getPath() + "?" + address.getQuery() + ">; rel=\"next\"");
        });
        return headers;
    }
}
