package io.pgprimacy.coordinator.api;

import io.pgprimacy.access.Operators;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Before anything else sees a request: whose is it, and may they? A filter, for the metrics and the pages are behind no controller. */
final class Admission extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final String OPERATOR = Admission.class.getName() + ".operator";
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    /** They change nothing; what they ask needs a body. */
    private static final Pattern READS_BY_POST =
            Pattern.compile("/api/v1/clusters/[^/]+/(restore/preview|retention/plan)");

    /** Load balancers and supervisors have no name. */
    private static final Pattern HEALTH = Pattern.compile("/actuator/health(/.*)?");

    private final Access access;
    private final HandlerExceptionResolver problems;
    private final Guesses guesses = new Guesses();

    Admission(Access access, HandlerExceptionResolver problems) {
        this.access = access;
        this.problems = problems;
    }

    /** Of the call that this thread answers. */
    static String operatorOfCall() {
        return Optional.ofNullable(RequestContextHolder.getRequestAttributes())
                .flatMap(a -> Optional.ofNullable(
                        ((ServletRequestAttributes) a).getRequest().getAttribute(OPERATOR)))
                .map(Object::toString)
                .orElseThrow(() -> new IllegalStateException("a change was asked for by nobody"));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            admit(request, response);
        } catch (ApiFailure refusal) {
            problems.resolveException(request, response, null, refusal);
            return;
        }
        chain.doFilter(request, response);
    }

    private void admit(HttpServletRequest request, HttpServletResponse response) {
        boolean mayBeAnybody = access.readsAreOpen() ? isRead(request) : isHealth(request);
        Optional<String> shown = Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (access.operators().isEmpty()) {
            if (!mayBeAnybody) {
                throw new ApiFailure(
                        ErrorCode.NO_OPERATORS,
                        "this coordinator takes no changes from anybody",
                        "pgprimacy operator NAME --out FILE makes a token; name the file with its line in"
                                + " pgprimacy.operators.file and start the coordinator again");
            }
        } else if (shown.isPresent()) {
            request.setAttribute(OPERATOR, known(access.operators().get(), shown, request, response));
        } else if (!mayBeAnybody) {
            challenge(response);
            throw new ApiFailure(
                    ErrorCode.UNAUTHORIZED,
                    "this needs an operator's token",
                    "send Authorization: Bearer TOKEN; the command line takes it from PGPRIMACY_TOKEN, --token-file or"
                            + " its credentials file");
        }
    }

    private String known(
            Operators operators, Optional<String> shown, HttpServletRequest request, HttpServletResponse response) {
        String address = request.getRemoteAddr();
        if (guesses.areTooMany(address)) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(Guesses.PERIOD.toSeconds()));
            throw new ApiFailure(
                    ErrorCode.TOO_MANY_ATTEMPTS,
                    Guesses.MOST + " wrong tokens came from " + address + " within " + Guesses.PERIOD.toSeconds()
                            + " s",
                    "wait a minute; no token is looked at until then");
        }
        Optional<String> operator = operators.who(shown);
        if (operator.isEmpty()) {
            guesses.wrong(address);
            LOG.warn("a wrong token from {} for {} {}", address, request.getMethod(), request.getRequestURI());
            challenge(response);
            throw new ApiFailure(
                    ErrorCode.UNAUTHORIZED,
                    "the token is no operator's",
                    "is it of this installation, and in the file that pgprimacy.operators.file names?");
        }
        return operator.get();
    }

    /** A browser asks its user for name and token upon the second, and shows them from then on. */
    private static void challenge(HttpServletResponse response) {
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"pgprimacy\"");
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"pgprimacy\", charset=\"UTF-8\"");
    }

    private static boolean isRead(HttpServletRequest request) {
        return READS.contains(request.getMethod())
                || READS_BY_POST.matcher(path(request)).matches();
    }

    private static boolean isHealth(HttpServletRequest request) {
        return READS.contains(request.getMethod())
                && HEALTH.matcher(path(request)).matches();
    }

    /** What the server has made of the address: in its own words it could say one thing and lead to another, by {@code ..} say. */
    private static String path(HttpServletRequest request) {
        return request.getServletPath()
                + Optional.ofNullable(request.getPathInfo()).orElse("");
    }
}
