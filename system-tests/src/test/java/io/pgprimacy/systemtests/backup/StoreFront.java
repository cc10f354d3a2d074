package io.pgprimacy.systemtests.backup;

import java.io.IOException;
import java.util.List;

/** What stands before the S3 endpoint of a {@link BackupTestBed}, and how the bed's programs are to be started for it. */
public interface StoreFront extends AutoCloseable {
    /** Nothing: the endpoint itself. */
    StoreFront NONE = new StoreFront() {};

    /** Called when the endpoint answers. */
    default void open(int s3Port) throws IOException {}

    default String endpoint(int s3Port) {
        return "http://127.0.0.1:" + s3Port;
    }

    /** For every JVM of the bed; they come last, so that they win. */
    default List<String> javaOptions() {
        return List.of();
    }

    /** Besides, for the worker's programs and rescue. */
    default List<String> workerOptions() {
        return List.of();
    }

    @Override
    default void close() {}
}
