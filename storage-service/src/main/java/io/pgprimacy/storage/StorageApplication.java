package io.pgprimacy.storage;

import io.pgprimacy.storage.api.ApiConfiguration;
import io.pgprimacy.storage.config.StorageConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The storage service: stateless, any number of them over one bucket; see the module's README. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({StorageConfiguration.class, ApiConfiguration.class})
public class StorageApplication {
    public static void main(String[] args) {
        SpringApplication.run(StorageApplication.class, args);
    }
}
