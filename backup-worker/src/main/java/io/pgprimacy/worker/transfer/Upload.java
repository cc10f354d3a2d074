package io.pgprimacy.worker.transfer;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The body of a request, out of the arrays that it lies in. The publishers of the JDK copy all of it before they send the first byte, so that a part
 * of an upload would be in memory twice.
 */
final class Upload implements Flow.Publisher<ByteBuffer> {
    /** As the JDK's own: a record of TLS holds as much. */
    private static final int PIECE = 16 * 1024;

    private final List<ByteBuffer> arrays;

    private Upload(List<ByteBuffer> arrays) {
        this.arrays = arrays;
    }

    /** The length is part of what was granted, so it is announced. The arrays must not change before the request has ended. */
    static BodyPublisher of(List<ByteBuffer> arrays) {
        long length = arrays.stream().mapToLong(ByteBuffer::remaining).sum();
        return length == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(new Upload(arrays), length);
    }

    static BodyPublisher of(byte[] content, int length) {
        return of(List.of(ByteBuffer.wrap(content, 0, length)));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Pieces(arrays, subscriber));
    }

    /** Hands out as many pieces as were asked for, on the thread of whoever asks. */
    private static final class Pieces implements Flow.Subscription {
        private final List<ByteBuffer> arrays;
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final AtomicLong wanted = new AtomicLong();
        private int array;
        private int position;
        private volatile boolean over;

        Pieces(List<ByteBuffer> arrays, Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.arrays = arrays;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            if (over) {
                return;
            }
            if (count <= 0) {
                over = true;
                subscriber.onError(new IllegalArgumentException("a subscriber asked for " + count + " pieces"));
                return;
            }
            // Whoever finds some wanted already is within onNext, or beside it, and leaves the work to that one.
            if (wanted.getAndAccumulate(count, Pieces::sum) == 0) {
                publish();
            }
        }

        private void publish() {
            do {
                ByteBuffer piece = next();
                subscriber.onNext(piece);
                if (!over && array == arrays.size()) {
                    over = true;
                    subscriber.onComplete();
                }
            } while (!over && wanted.decrementAndGet() > 0);
        }

        private ByteBuffer next() {
            ByteBuffer from = arrays.get(array);
            int length = Math.min(PIECE, from.remaining() - position);
            ByteBuffer piece = from.slice(from.position() + position, length).asReadOnlyBuffer();
            position += length;
            while (array < arrays.size() && position == arrays.get(array).remaining()) {
                array++;
                position = 0;
            }
            return piece;
        }

        private static long sum(long before, long more) {
            long sum = before + more;
            return sum < 0 ? Long.MAX_VALUE : sum;
        }

        @Override
        public void cancel() {
            over = true;
        }
    }
}
