package io.pgprimacy.backup.restore;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.FrameInput;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.DumpManifest.Dump;
import io.pgprimacy.backup.format.ManifestCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A logical backup whose manifest has been verified, with its key. */
public record StoredDump(DumpManifest manifest, DataKey key, ObjectSource source) {
    private static final int CHUNK = 64 * 1024;

    public static StoredDump open(BackupPlace place, KeyWrapping masters, ObjectSource source) throws IOException {
        DataKey key = DataKeys.open(place.directory(), masters, source);
        byte[] document = StoredBackup.document(place.manifest(), source);
        return new StoredDump(ManifestCodec.verifyDump(place, document, key), key, source);
    }

    /**
     * Hands over all that the program had written. Every byte has been authenticated before it is handed over; throws where one is missing, so
     * what has been handed over counts only once this returns.
     */
    public void copy(Dump dump, OutputStream out) throws IOException {
        MessageDigest digest = sha256();
        long[] bytes = {0};
        for (int number = dump.first(); number < dump.first() + dump.objects(); number++) {
            String name = manifest.place().data(number);
            try (InputStream stored = source.open(name)) {
                read(key, name, stored, (chunk, length) -> {
                    digest.update(chunk, 0, length);
                    bytes[0] += length;
                    out.write(chunk, 0, length);
                });
            }
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (bytes[0] != dump.bytes() || !found.equals(dump.sha256())) {
            throw new RepositoryDamaged("the dump from " + manifest.place().data(dump.first()) + " on has " + bytes[0]
                    + " bytes with SHA-256 " + found + ", and should have " + dump.bytes() + " with " + dump.sha256());
        }
    }

    /** Takes plain bytes. */
    @FunctionalInterface
    public interface Sink {
        void take(byte[] bytes, int length) throws IOException;
    }

    /** One object. */
    public static void read(DataKey key, String name, InputStream stored, Sink sink) throws IOException {
        try (FrameInput frames = new FrameInput(key, name, stored);
                InputStream plain = new ZstdInputStreamNoFinalizer(frames, RecyclingBufferPool.INSTANCE)) {
            byte[] chunk = new byte[CHUNK];
            for (int length = plain.read(chunk); length >= 0; length = plain.read(chunk)) {
                sink.take(chunk, length);
            }
            if (frames.read() >= 0) {
                throw new RepositoryDamaged(name + " goes on after its end");
            }
        } catch (ZstdIOException e) {
            throw new RepositoryDamaged(name + " cannot be decompressed", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
