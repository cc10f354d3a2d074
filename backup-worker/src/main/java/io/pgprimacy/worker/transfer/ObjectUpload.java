package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.worker.transfer.StorageClient.Receipt;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of one object and uploads them in parts while they come. Two parts are in memory, one being filled and one under way, so a
 * slow store slows the reader, and a part that failed is sent again without reading anything twice.
 */
public final class ObjectUpload extends OutputStream {
    private static final int PART = PartBuffers.SIZE;
    /** Most objects are small: indexes, keys, the last group. */
    private static final int SMALLEST = 64 * 1024;
    /** What becomes longer than that takes the whole of a part. */
    private static final int SMALL = 1024 * 1024;
    /** S3 allows 10,000 parts: after each of so many they become twice as long, and an object may reach 363 GiB. */
    private static final int PARTS_OF_ONE_SIZE = 2000;

    private final StorageClient client;
    private final String object;
    private final ExecutorService senders;
    private final LongConsumer sent;
    private final List<Part> parts = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private byte[] filling = new byte[SMALLEST];
    private byte[] spare = new byte[0];
    private int partSize = PART;
    private int filled;
    private @Nullable String uploadId;
    private @Nullable Future<Receipt> underWay;

    /** @param sent told how many bytes have arrived, from the senders' threads */
    public ObjectUpload(StorageClient client, String object, ExecutorService senders, LongConsumer sent) {
        this.client = client;
        this.object = object;
        this.senders = senders;
        this.sent = sent;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == partSize) {
                send();
            } else if (filled == filling.length) {
                grow();
            }
            int taken = Math.min(left, filling.length - filled);
            System.arraycopy(bytes, from, filling, filled, taken);
            filled += taken;
            from += taken;
            left -= taken;
        }
    }

    private void grow() {
        byte[] before = filling;
        if (before.length < SMALL) {
            filling = Arrays.copyOf(before, 4 * before.length);
        } else {
            filling = buffer();
            System.arraycopy(before, 0, filling, 0, filled);
        }
    }

    private byte[] buffer() {
        return partSize == PART ? client.buffers().take() : new byte[partSize];
    }

    /** Completes the object. An upload that is abandoned instead is collected by the storage service some day. */
    @Override
    public void close() throws IOException {
        if (uploadId == null) {
            Part whole = Part.of(filling, filled);
            client.put(object, filling, filled, whole);
            parts.add(whole);
            sent.accept(filled);
        } else {
            dispatch();
            await();
            client.complete(object, uploadId, receipts, stored().length());
        }
        client.buffers().giveBack(filling);
        client.buffers().giveBack(spare);
        filling = new byte[0];
        spare = filling;
    }

    /** What became of it; after {@link #close}. */
    public StoredObject stored() {
        return new StoredObject(object, parts);
    }

    private void send() throws IOException {
        byte[] sending = filling;
        dispatch();
        // The part before has arrived, so its memory is free.
        partSize = PART << Math.min(4, parts.size() / PARTS_OF_ONE_SIZE);
        filling = spare.length == partSize ? spare : buffer();
        spare = sending;
        filled = 0;
    }

    /** After the part before has arrived. */
    private void dispatch() throws IOException {
        if (uploadId == null) {
            uploadId = client.begin(object);
        }
        String upload = uploadId;
        Part part = Part.of(filling, filled);
        parts.add(part);
        int number = parts.size();
        byte[] content = filling;
        int length = filled;
        await();
        underWay = senders.submit(() -> {
            Receipt receipt = client.putPart(object, upload, number, content, length, part);
            sent.accept(length);
            return receipt;
        });
    }

    private void await() throws IOException {
        if (underWay == null) {
            return;
        }
        try {
            receipts.add(underWay.get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException trouble ? trouble : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was cancelled");
        }
        underWay = null;
    }
}
