package io.pgprimacy.storage.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Through this service: a grant is an address of its own, with a ticket that says what may be done and a signature. Any instance with the
 * same secret honours it.
 */
public final class RelayTransfers implements Transfers {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI base;
    private final byte[] secret;
    private final Clock clock;
    private final Duration lifetime;

    /**
     * What a holder may do once or again until it expires.
     *
     * @param uploadId empty for an object in one piece
     */
    public record Ticket(
            String method, String name, String uploadId, int number, long length, String sha256, long expires) {}

    public RelayTransfers(URI base, byte[] secret, Clock clock, Duration lifetime) {
        this.base = base;
        this.secret = secret.clone();
        this.clock = clock;
        this.lifetime = lifetime;
    }

    @Override
    public Grant part(String name, String uploadId, int number, long length, String sha256) {
        return grant(new Ticket("PUT", name, uploadId, number, length, sha256, expiry()));
    }

    @Override
    public Grant put(String name, long length, String sha256) {
        return grant(new Ticket("PUT", name, "", 0, length, sha256, expiry()));
    }

    @Override
    public Grant get(String name) {
        return grant(new Ticket("GET", name, "", 0, 0, "", expiry()));
    }

    /** The ticket in an address that was granted; throws {@link Refusal} where it is forged, for another method, or has expired. */
    public Ticket redeem(String method, String text) {
        int dot = text.indexOf('.');
        try {
            byte[] body = Base64.getUrlDecoder().decode(text.substring(0, Math.max(0, dot)));
            byte[] signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
            if (dot > 0 && MessageDigest.isEqual(signature, sign(body))) {
                Ticket ticket = JSON.readValue(body, Ticket.class);
                if (ticket.method().equals(method) && clock.instant().getEpochSecond() < ticket.expires()) {
                    return ticket;
                }
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Reason.NAME_NOT_ALLOWED, "the ticket cannot be read");
        }
        throw new Refusal(Refusal.Reason.NAME_NOT_ALLOWED, "the ticket is not valid for this, or not any more");
    }

    private Grant grant(Ticket ticket) {
        byte[] body = JSON.writeValueAsString(ticket).getBytes(UTF_8);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString(body) + "." + base64.encodeToString(sign(body));
        return new Grant(base.resolve("/relay/" + text), Map.of(), Instant.ofEpochSecond(ticket.expires()));
    }

    private long expiry() {
        return clock.instant().plus(lifetime).getEpochSecond();
    }

    private byte[] sign(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}
