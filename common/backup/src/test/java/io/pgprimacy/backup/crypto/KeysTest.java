package io.pgprimacy.backup.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.RepositoryDamaged;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SCOPE = "clusters/demo/1/backups/20261123T155003Z-3f9c02aa/";

    private final MasterKey master = MasterKey.generate(RANDOM);
    private final MasterKeys masters = MasterKeys.of(master);
    private final DataKey key = DataKey.generate(RANDOM);

    @Test
    void aWrappedKeyUnwraps() throws RepositoryDamaged {
        DataKey unwrapped = masters.unwrap(masters.wrap(key, SCOPE), SCOPE);
        assertThat(unwrapped.secret()).isEqualTo(key.secret());
    }

    @Test
    void aWrappedKeyIsOfItsScopeOnly() {
        WrappedKey wrapped = masters.wrap(key, SCOPE);
        assertThatThrownBy(() -> masters.unwrap(wrapped, SCOPE.replace("demo", "other")))
                .isInstanceOf(RepositoryDamaged.class);
    }

    @Test
    void everyFlippedBitOfAWrappedKeyIsDetected() {
        WrappedKey wrapped = masters.wrap(key, SCOPE);
        byte[] bytes = HexFormat.of().parseHex(wrapped.wrapped());
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            WrappedKey changed = new WrappedKey(
                    wrapped.format(),
                    wrapped.masterKey(),
                    wrapped.algorithm(),
                    HexFormat.of().formatHex(flipped));
            assertThatThrownBy(() -> masters.unwrap(changed, SCOPE)).isInstanceOf(RepositoryDamaged.class);
        }
    }

    @Test
    void anUnknownMasterKeyIsNamed() {
        MasterKeys others = MasterKeys.of(MasterKey.generate(RANDOM));
        assertThatThrownBy(() -> others.unwrap(masters.wrap(key, SCOPE), SCOPE))
                .isInstanceOf(RepositoryDamaged.class)
                .hasMessageContaining(master.id());
    }

    /** Rotation: the new key wraps, the old one still unwraps, and rewrapping gives the very same data key. */
    @Test
    void rotationRewraps() throws RepositoryDamaged {
        MasterKey next = MasterKey.generate(RANDOM);
        MasterKeys both = MasterKeys.parse(
                "# since today\n" + next.toSecretText() + "\n\n# before\n" + master.toSecretText() + "\n");
        WrappedKey old = masters.wrap(key, SCOPE);
        WrappedKey rewrapped = both.wrap(both.unwrap(old, SCOPE), SCOPE);
        assertThat(rewrapped.masterKey()).isEqualTo(next.id()).isEqualTo(both.currentId());
        assertThat(MasterKeys.of(next).unwrap(rewrapped, SCOPE).secret()).isEqualTo(key.secret());
    }

    @Test
    void aMasterKeyIsReadAsItWasWritten() {
        assertThat(MasterKey.parse(master.toSecretText() + "\n").id()).isEqualTo(master.id());
    }

    @Test
    void noMessageRepeatsTheSecret() {
        String secret = master.toSecretText().substring("pgprimacy-master-key:1:".length());
        for (String wrong :
                new String[] {secret, "pgprimacy-master-key:1:!" + secret, master.toSecretText() + "aaaa"}) {
            assertThatThrownBy(() -> MasterKey.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(secret)
                    .hasNoCause();
        }
        assertThat(master.toString()).doesNotContain(secret);
    }
}
