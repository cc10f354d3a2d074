package io.pgprimacy.storage.store;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.minio.AbortMultipartUploadArgs;
import io.minio.BucketExistsArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsV2Args;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.UploadPartArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Item;
import io.minio.messages.ListObjectsResult.Prefix;
import io.minio.messages.Part;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bucket. Every call is bounded in time, tried again a few times where the store may do better later, and refused at once while the store
 * is known to be away. Names are relative to the prefix.
 */
public final class ObjectStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectStore.class);
    private static final Set<String> ABSENT = Set.of("NoSuchKey", "NoSuchObject", "NoSuchUpload");
    private static final Set<String> THERE = Set.of("PreconditionFailed", "ConditionalRequestConflict");
    /** What the sender of a completion got wrong, not the store and not this service. */
    private static final Set<String> WRONG_PARTS =
            Set.of("InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidArgument", "MalformedXML");

    private static final Set<String> PASSING =
            Set.of("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Busy", "OperationAborted");
    private static final int SERVER_FAULT = 500;
    private static final int TOO_MANY = 429;
    /** An object of no meaning, by which a store shows that it does not overwrite. */
    private static final String PROBE = "probe";

    private final StoreSettings settings;
    private final MinioAsyncClient client;
    private final Presigner presigner;
    private final Retry retry;
    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;
    private volatile boolean conditionsHonoured;

    public ObjectStore(StoreSettings settings, Retry retry, CircuitBreaker breaker, Bulkhead bulkhead) {
        this.settings = settings;
        this.retry = retry;
        this.breaker = breaker;
        this.bulkhead = bulkhead;
        this.presigner = new Presigner(settings);
        // The bulkhead decides how many requests run at once; by itself the client would queue all but five, and their
        // time would run.
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        OkHttpClient http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectTimeout(settings.timeout())
                .readTimeout(settings.timeout())
                .writeTimeout(settings.timeout())
                .build();
        this.client = MinioAsyncClient.builder()
                .endpoint(settings.endpoint().toString())
                .region(settings.region())
                .credentials(settings.accessKey(), settings.secretKey())
                .httpClient(http, true)
                .build();
    }

    public boolean bucketExists() {
        return call(
                "look for the bucket",
                () -> client.bucketExists(
                        BucketExistsArgs.builder().bucket(settings.bucket()).build()));
    }

    public Optional<StoredSummary> stat(String name) {
        try {
            var found = call(
                    "look at " + name,
                    () -> client.statObject(StatObjectArgs.builder()
                            .bucket(settings.bucket())
                            .object(key(name))
                            .build()));
            return Optional.of(
                    new StoredSummary(name, found.size(), found.lastModified().toInstant(), found.etag()));
        } catch (StoreRefused e) {
            if (ABSENT.contains(e.code())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The content; the caller closes it. A read that breaks off later is the caller's to begin again. */
    public Optional<InputStream> open(String name) {
        try {
            return Optional.of(call(
                    "read " + name,
                    () -> client.getObject(GetObjectArgs.builder()
                            .bucket(settings.bucket())
                            .object(key(name))
                            .build())));
        } catch (StoreRefused e) {
            if (ABSENT.contains(e.code())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** False where an object of that name is there already, be it from an earlier attempt of the same call. */
    public boolean putIfAbsent(String name, byte[] content) {
        requireConditions();
        return putOnCondition(name, content);
    }

    /** Over whatever is there. Only for what this service remembers for itself. */
    public void put(String name, byte[] content) {
        put(name, content, Map.of());
    }

    /**
     * Some stores accept If-None-Match and overwrite all the same. Nothing could be promised over such a one, so it is found out, once, before
     * anything is put or granted.
     */
    public void requireConditions() {
        if (conditionsHonoured) {
            return;
        }
        byte[] content = {'1'};
        boolean first = putOnCondition(PROBE, content);
        boolean again = putOnCondition(PROBE, content);
        if (first && again) {
            throw new StoreRefused(
                    "ConditionIgnored",
                    "the store overwrites objects although If-None-Match forbids it; nothing is put into it",
                    null);
        }
        conditionsHonoured = true;
    }

    private boolean putOnCondition(String name, byte[] content) {
        try {
            put(name, content, Map.of("If-None-Match", "*"));
            return true;
        } catch (StoreRefused e) {
            if (THERE.contains(e.code())) {
                return false;
            }
            throw e;
        }
    }

    private void put(String name, byte[] content, Map<String, String> headers) {
        call(
                "put " + name,
                () -> client.putObject(PutObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key(name))
                        .data(content, content.length)
                        .extraHeaders(headers)
                        .build()));
    }

    /** Returns the upload's id. */
    public String beginUpload(String name) {
        return call(
                        "begin the upload of " + name,
                        () -> client.createMultipartUpload(CreateMultipartUploadArgs.builder()
                                .bucket(settings.bucket())
                                .object(key(name))
                                .build()))
                .result()
                .uploadId();
    }

    public PartReceipt putPart(String name, String uploadId, int number, byte[] content) {
        var part = call(
                "put part " + number + " of " + name,
                () -> client.uploadPart(UploadPartArgs.builder()
                        .bucket(settings.bucket())
                        .object(key(name))
                        .uploadId(uploadId)
                        .partNumber(number)
                        .data(content, content.length)
                        .build()));
        return new PartReceipt(number, part.part().etag());
    }

    /**
     * Idempotent: where the upload is gone, because an earlier attempt completed it and its reply was lost, the object itself tells. False
     * where the upload is gone and there is no such object, or one of another length. Of one that is completed now the length is what its
     * parts have, each of which was granted with its own; a commit compares it with its list.
     */
    public boolean completeUpload(String name, String uploadId, List<PartReceipt> parts, long length) {
        Part[] ordered = parts.stream()
                .sorted(Comparator.comparingInt(PartReceipt::number))
                .map(part -> new Part(part.number(), part.etag()))
                .toArray(Part[]::new);
        try {
            call(
                    "complete the upload of " + name,
                    () -> client.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                            .bucket(settings.bucket())
                            .object(key(name))
                            .uploadId(uploadId)
                            .parts(ordered)
                            .extraHeaders(Map.of("If-None-Match", "*"))
                            .build()));
            return true;
        } catch (StoreRefused e) {
            if (WRONG_PARTS.contains(e.code())) {
                throw new IllegalArgumentException("the upload of " + name + " cannot be completed: " + e.code(), e);
            }
            if (!ABSENT.contains(e.code()) && !THERE.contains(e.code())) {
                throw e;
            }
            return stat(name).filter(found -> found.length() == length).isPresent();
        }
    }

    public void abortUpload(String name, String uploadId) {
        try {
            call(
                    "abort the upload of " + name,
                    () -> client.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                            .bucket(settings.bucket())
                            .object(key(name))
                            .uploadId(uploadId)
                            .build()));
        } catch (StoreRefused e) {
            if (!ABSENT.contains(e.code())) {
                throw e;
            }
        }
    }

    public void remove(String name) {
        call(
                "remove " + name,
                () -> client.removeObject(RemoveObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key(name))
                        .build()));
    }

    /** In the order of names, page by page: the SDK's own iterator would send requests of which nothing here knows. */
    public void list(String prefix, Consumer<StoredSummary> objects) {
        String token = "";
        boolean more = true;
        while (more) {
            ListObjectsV2Args.Builder args =
                    ListObjectsV2Args.builder().bucket(settings.bucket()).prefix(key(prefix));
            if (!token.isEmpty()) {
                args.continuationToken(token);
            }
            var page = call("list " + prefix, () -> client.listObjectsV2(args.build()))
                    .result();
            for (Item item : page.contents()) {
                String name = item.objectName().substring(settings.prefix().length());
                objects.accept(
                        new StoredSummary(name, item.size(), item.lastModified().toInstant(), item.etag()));
            }
            more = page.isTruncated();
            token = next(prefix, more, page.nextContinuationToken());
        }
    }

    /** What lies between the prefix and the next slash, without either; what is below it is not gone through. */
    public List<String> directories(String prefix) {
        List<String> found = new ArrayList<>();
        String token = "";
        boolean more = true;
        while (more) {
            ListObjectsV2Args.Builder args = ListObjectsV2Args.builder()
                    .bucket(settings.bucket())
                    .prefix(key(prefix))
                    .delimiter("/");
            if (!token.isEmpty()) {
                args.continuationToken(token);
            }
            var page = call("list " + prefix, () -> client.listObjectsV2(args.build()))
                    .result();
            for (Prefix directory : page.commonPrefixes()) {
                String name = directory.toItem().objectName();
                found.add(name.substring(key(prefix).length(), name.length() - 1));
            }
            more = page.isTruncated();
            token = next(prefix, more, page.nextContinuationToken());
        }
        return found;
    }

    private static String next(String prefix, boolean more, @Nullable String token) {
        if (more && (token == null || token.isEmpty())) {
            // Begun again from the start it would never end.
            throw new StoreUnavailable("the store says that more of " + prefix + " follows, but not where");
        }
        return token == null ? "" : token;
    }

    public List<PendingUpload> pendingUploads(String prefix) {
        List<PendingUpload> pending = new ArrayList<>();
        String keyMarker = "";
        String uploadMarker = "";
        boolean more = true;
        while (more) {
            ListMultipartUploadsArgs.Builder args =
                    ListMultipartUploadsArgs.builder().bucket(settings.bucket()).prefix(key(prefix));
            if (!keyMarker.isEmpty()) {
                args.keyMarker(keyMarker).uploadIdMarker(uploadMarker);
            }
            var page = call("list the uploads of " + prefix, () -> client.listMultipartUploads(args.build()))
                    .result();
            page.uploads()
                    .forEach(upload -> pending.add(new PendingUpload(
                            upload.objectName().substring(settings.prefix().length()),
                            upload.uploadId(),
                            upload.initiated().toInstant())));
            more = page.isTruncated();
            keyMarker = String.valueOf(page.nextKeyMarker());
            uploadMarker = String.valueOf(page.nextUploadIdMarker());
        }
        return pending;
    }

    /** @param headers to sign beyond the length */
    public Presigned presignPart(
            String name,
            String uploadId,
            int number,
            long length,
            SortedMap<String, String> headers,
            Duration lifetime) {
        SortedMap<String, String> signed = new TreeMap<>(headers);
        signed.put("Content-Length", Long.toString(length));
        return presigner.sign(
                "PUT",
                key(name),
                Map.of("uploadId", uploadId, "partNumber", Integer.toString(number)),
                signed,
                lifetime);
    }

    public Presigned presignPut(String name, long length, SortedMap<String, String> headers, Duration lifetime) {
        SortedMap<String, String> signed = new TreeMap<>(headers);
        signed.put("Content-Length", Long.toString(length));
        signed.put("If-None-Match", "*");
        return presigner.sign("PUT", key(name), Map.of(), signed, lifetime);
    }

    public Presigned presignGet(String name, Duration lifetime) {
        return presigner.sign("GET", key(name), Map.of(), new TreeMap<>(), lifetime);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (Exception e) {
            // Only idle connections are left, and they end with the process.
            LOG.debug("closing the client of {}", settings, e);
        }
    }

    private String key(String name) {
        return settings.prefix() + name;
    }

    @FunctionalInterface
    private interface Request<T> {
        CompletableFuture<T> send() throws Exception;
    }

    private <T> T call(String what, Request<T> request) {
        try {
            // Retrying is outermost: each attempt asks the breaker anew.
            Supplier<T> limited = Bulkhead.decorateSupplier(bulkhead, () -> attempt(what, request));
            return Retry.decorateSupplier(retry, CircuitBreaker.decorateSupplier(breaker, limited))
                    .get();
        } catch (CallNotPermittedException | BulkheadFullException e) {
            throw new StoreUnavailable("cannot " + what + ": " + e.getMessage(), e);
        }
    }

    private <T> T attempt(String what, Request<T> request) {
        try {
            return request.send().get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted: cannot " + what, e);
        } catch (ExecutionException | CompletionException e) {
            throw failure(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new StoreTimedOut(
                    "cannot " + what + ": no answer within "
                            + settings.timeout().toSeconds() + " s",
                    e);
        } catch (IllegalArgumentException e) {
            // Never sent: what was asked for makes no request. It would make none the next time, and says nothing about
            // the store.
            throw e;
        } catch (Exception e) {
            throw failure(what, e);
        }
    }

    private static RuntimeException failure(String what, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ErrorResponseException answer) {
            String code = String.valueOf(answer.errorResponse().code());
            int status = answer.response().code();
            if (status < SERVER_FAULT && status != TOO_MANY && !PASSING.contains(code)) {
                return new StoreRefused(code, "cannot " + what + ": " + code + ", " + answer.getMessage(), cause);
            }
        }
        if (cause instanceof SocketTimeoutException) {
            return new StoreTimedOut("cannot " + what + ": " + cause.getMessage(), cause);
        }
        return new StoreUnavailable("cannot " + what + ": " + cause, cause);
    }
}
