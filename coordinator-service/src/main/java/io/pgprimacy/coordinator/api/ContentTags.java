package io.pgprimacy.coordinator.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * A strong ETag of what somebody asks for again and again: its bytes' digest, so that any coordinator gives the same for the same. The log's offset would
 * not do for a cluster: silence changes how it is, and adds nothing to the log. Not for lists, which are large: what has a strong tag is not compressed.
 */
final class ContentTags extends ShallowEtagHeaderFilter {
    private static final Pattern TAGGED = Pattern.compile("/api/v1/clusters/[^/]+(/operations/[^/]+)?");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !TAGGED.matcher(request.getRequestURI()).matches();
    }
}
