package io.pgprimacy.storage.api;

import io.pgprimacy.storage.repository.RelayTransfers;
import io.pgprimacy.storage.repository.Transfers;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.trace.Tracing;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The interface; {@code clusterTokens} are the agents' by their cluster, {@code operatorTokens} the operators' by their names. */
@Configuration(proxyBeanMethods = false)
@Import({
    BackupsController.class,
    RetentionController.class,
    WalController.class,
    PreviewController.class,
    OriginController.class,
    OriginReadsController.class,
    DiscardedController.class,
    LogController.class,
    Problems.class
})
public class ApiConfiguration {

    @Bean
    WebMvcConfigurer tokens(
            @Qualifier("clusterTokens") Map<String, String> clusterTokens,
            @Qualifier("operatorTokens") Map<String, String> operatorTokens) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new Tokens(clusterTokens, operatorTokens))
                        .addPathPatterns("/api/**");
            }
        };
    }

    @Bean
    RequestLimit requestLimit() {
        return new RequestLimit();
    }

    @Bean
    Traced traced(Tracing tracing) {
        return new Traced(tracing.requests());
    }

    /** Only where bytes go through this service; else its addresses do not exist. */
    @Bean
    @ConditionalOnProperty(name = "pgprimacy.storage.transfer", havingValue = "relay")
    RelayController relay(Transfers transfers, ObjectStore store) {
        return new RelayController((RelayTransfers) transfers, store);
    }
}
