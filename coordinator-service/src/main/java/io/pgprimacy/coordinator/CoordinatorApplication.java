package io.pgprimacy.coordinator;

import io.pgprimacy.coordinator.api.ApiConfiguration;
import io.pgprimacy.coordinator.config.CoordinatorConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The coordinator: stateless, any number of them; see the module's README. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({CoordinatorConfiguration.class, ApiConfiguration.class})
public class CoordinatorApplication {
    public static void main(String[] args) {
        SpringApplication.run(CoordinatorApplication.class, args);
    }
}
