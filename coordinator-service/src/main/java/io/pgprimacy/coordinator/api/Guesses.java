package io.pgprimacy.coordinator.api;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Wrong secrets, counted for each address that they come from. Where there were too many, a right one is not heard either. */
final class Guesses {
    static final int MOST = 20;
    static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;
    private static final RateLimiterConfig LIMIT = RateLimiterConfig.custom()
            .limitForPeriod(MOST)
            .limitRefreshPeriod(PERIOD)
            .timeoutDuration(Duration.ZERO)
            .build();

    /** The one that guessed wrong longest ago is forgotten first. */
    private final Map<String, RateLimiter> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RateLimiter> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    synchronized boolean areTooMany(String address) {
        RateLimiter limiter = byAddress.get(address);
        return limiter != null && limiter.getMetrics().getAvailablePermissions() <= 0;
    }

    synchronized void wrong(String address) {
        byAddress.computeIfAbsent(address, a -> RateLimiter.of(a, LIMIT)).acquirePermission();
    }
}
