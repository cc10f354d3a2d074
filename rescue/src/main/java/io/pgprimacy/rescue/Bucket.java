package io.pgprimacy.rescue;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.pgprimacy.backup.restore.NoSuchObject;
import io.pgprimacy.backup.restore.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The repository's bucket, with credentials of one's own. Names are relative to the prefix. */
final class Bucket implements ObjectSource {
    private final MinioClient client;
    private final String bucket;
    private final String prefix;

    Bucket(String endpoint, String region, String bucket, String prefix, String accessKey, String secretKey) {
        this.client = MinioClient.builder()
                .endpoint(endpoint)
                .region(region)
                .credentials(accessKey, secretKey)
                .build();
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public InputStream open(String name) throws IOException {
        try {
            return client.getObject(
                    GetObjectArgs.builder().bucket(bucket).object(prefix + name).build());
        } catch (ErrorResponseException e) {
            if (e.errorResponse().code().equals("NoSuchKey")) {
                throw new NoSuchObject(name);
            }
            throw new IOException("cannot read " + name + ": " + e.getMessage(), e);
        } catch (MinioException e) {
            throw new IOException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    List<String> list(String under) throws IOException {
        List<String> names = new ArrayList<>();
        list(under, (name, _, _) -> names.add(name));
        return names;
    }

    /** Told of one object. */
    @FunctionalInterface
    interface Found {
        void object(String name, long length, Instant modified);
    }

    void list(String under, Found found) throws IOException {
        try {
            for (Result<Item> result : client.listObjects(ListObjectsArgs.builder()
                    .bucket(bucket)
                    .prefix(prefix + under)
                    .recursive(true)
                    .build())) {
                Item item = result.get();
                found.object(
                        item.objectName().substring(prefix.length()),
                        item.size(),
                        item.lastModified().toInstant());
            }
        } catch (MinioException | IllegalStateException e) {
            throw new IOException("cannot list the bucket: " + e.getMessage(), e);
        }
    }

    /** On the condition that it is not there. */
    void put(String name, byte[] content) throws IOException {
        try {
            client.putObject(PutObjectArgs.builder()
                    .bucket(bucket)
                    .object(prefix + name)
                    .data(content, content.length)
                    .extraHeaders(Map.of("If-None-Match", "*"))
                    .build());
        } catch (MinioException e) {
            throw new IOException("cannot put " + name + ": " + e.getMessage(), e);
        }
    }

    void remove(String name) throws IOException {
        try {
            client.removeObject(RemoveObjectArgs.builder()
                    .bucket(bucket)
                    .object(prefix + name)
                    .build());
        } catch (MinioException e) {
            throw new IOException("cannot remove " + name + ": " + e.getMessage(), e);
        }
    }
}
