package io.pgprimacy.worker.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UploadTest {
    private final byte[] content = new byte[100_000];

    UploadTest() {
        new Random(7).nextBytes(content);
    }

    @Test
    void givesAllOfItOnceForWhoeverAsksForEverything() {
        BodyPublisher upload = Upload.of(content, 70_001);
        Taker taker = new Taker(0);
        upload.subscribe(taker);
        assertThat(upload.contentLength()).isEqualTo(70_001);
        taker.ask(Long.MAX_VALUE);
        assertThat(taker.taken.toByteArray()).isEqualTo(Arrays.copyOf(content, 70_001));
        assertThat(taker.completed).isEqualTo(1);
    }

    @Test
    void goesFromOneArrayToTheNextForWhoeverAsksWhileItIsGiven() {
        Taker taker = new Taker(1);
        Upload.of(List.of(
                        ByteBuffer.wrap(content, 0, 16_384),
                        ByteBuffer.wrap(content, 16_384, 1),
                        ByteBuffer.wrap(content, 16_385, content.length - 16_385)))
                .subscribe(taker);
        taker.ask(1);
        assertThat(taker.taken.toByteArray()).isEqualTo(content);
        assertThat(taker.completed).isEqualTo(1);
    }

    @Test
    void givesNoMoreThanWasAskedFor() {
        Taker taker = new Taker(0);
        Upload.of(content, content.length).subscribe(taker);
        taker.ask(2);
        assertThat(taker.taken.size()).isEqualTo(2 * 16_384);
        assertThat(taker.completed).isZero();
    }

    @Test
    void givesNothingMoreAfterItWasCancelled() {
        Taker taker = new Taker(0);
        Upload.of(content, content.length).subscribe(taker);
        taker.ask(1);
        Objects.requireNonNull(taker.subscription).cancel();
        taker.ask(1);
        assertThat(taker.taken.size()).isEqualTo(16_384);
        assertThat(taker.completed).isZero();
    }

    @Test
    void canBeSentAgain() {
        BodyPublisher upload = Upload.of(content, content.length);
        for (int attempt = 0; attempt < 2; attempt++) {
            Taker taker = new Taker(1);
            upload.subscribe(taker);
            taker.ask(1);
            assertThat(taker.taken.toByteArray()).isEqualTo(content);
        }
    }

    @Test
    void ofNothingHasNoBody() {
        assertThat(Upload.of(content, 0).contentLength()).isZero();
    }

    /** Asks again, within each piece that it is given, for so many more. */
    private static final class Taker implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int more;
        private Flow.@Nullable Subscription subscription;
        private int completed;

        Taker(int more) {
            this.more = more;
        }

        void ask(long count) {
            Objects.requireNonNull(subscription).request(count);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(ByteBuffer piece) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            taken.writeBytes(bytes);
            if (more > 0) {
                ask(more);
            }
        }

        @Override
        public void onError(Throwable trouble) {
            throw new AssertionError(trouble);
        }

        @Override
        public void onComplete() {
            completed++;
        }
    }
}
