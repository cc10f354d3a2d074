package io.pgprimacy.storage.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** Bodies are read into memory, so their length must be known before, and small. The largest is a completion of 10,000 parts. */
final class RequestLimit extends OncePerRequestFilter {
    static final int LARGEST = 2 * 1024 * 1024;

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() > LARGEST) {
            refuse(response, HttpStatus.CONTENT_TOO_LARGE, "the body is longer than " + LARGEST + " bytes");
        } else if (request.getContentLengthLong() < 0 && request.getHeader("Transfer-Encoding") != null) {
            refuse(response, HttpStatus.LENGTH_REQUIRED, "the length of the body is not told before it");
        } else {
            chain.doFilter(request, response);
        }
    }

    /** What is left of the body is not read: the connection ends. */
    private static void refuse(HttpServletResponse response, HttpStatus status, String detail) throws IOException {
        response.setStatus(status.value());
        response.setContentType("application/problem+json");
        response.setHeader("Connection", "close");
        String problem = """
                {"status":%d,"detail":"%s","code":"invalid-request","hint":"send a shorter body, with Content-Length"}""".formatted(status.value(), detail);
        response.getOutputStream().write(problem.getBytes(UTF_8));
    }
}
