package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** The interface over a running fleet, whatever log is behind that. */
@Configuration(proxyBeanMethods = false)
@Import({
    ClustersController.class,
    HistoryController.class,
    OperationsController.class,
    ExportController.class,
    RequestsController.class,
    CreationController.class,
    BackupsController.class,
    WalController.class,
    RepositoryController.class,
    RestorePreviewController.class,
    LiveController.class,
    DashboardHeaders.class,
    Problems.class
})
public class ApiConfiguration {

    /** A supplier, so that a test can put another fleet on stage. */
    @Bean
    Fleet fleet(Supplier<FleetRuntime> runtime) {
        return new Fleet(runtime);
    }

    @Bean
    Admission admission(Access access, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        return new Admission(access, problems);
    }

    @Bean
    ContentTags contentTags() {
        return new ContentTags();
    }

    @Bean
    Bodies bodies() {
        return new Bodies();
    }

    @Bean
    ClusterFeed clusterFeed(Fleet fleet, Bodies bodies) {
        return new ClusterFeed(fleet, bodies);
    }

    @Bean
    OperationFeed operationFeed(Fleet fleet, Bodies bodies) {
        return new OperationFeed(fleet, bodies);
    }

    @Bean
    FleetFeed fleetFeed(Supplier<FleetRuntime> runtime) {
        return new FleetFeed(runtime);
    }

    @Bean
    RestoreReach restoreReach(StorageOperator storage) {
        return new RestoreReach(storage);
    }

    @Bean
    RequestDesk requestDesk(Fleet fleet, TopicMaker topics) {
        return new RequestDesk(fleet, topics);
    }

    /** Ready once it answers with the present and not with the past. */
    @Bean
    HealthIndicator logHealthIndicator(Supplier<FleetRuntime> runtime) {
        return () -> (runtime.get().isCaughtUp() ? Health.up() : Health.outOfService())
                .withDetail("clusters", runtime.get().clusters().size())
                .withDetail("behind", runtime.get().behind())
                .build();
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("pgprimacy coordinator")
                        .version("v1")
                        .description(
                                "PostgreSQL clusters: how they are, why, and what to do. Failures are problem documents"
                                        + " (RFC 9457) with a stable code and a hint."))
                .servers(List.of(new Server().url("/")));
    }

    /** Whoever got no answer may ask again. */
    @Bean
    OpenApiCustomizer idempotencyKeys() {
        return api -> api.getPaths()
                .forEach((address, path) -> Optional.ofNullable(path.getPost())
                        .filter(o -> address.contains("/requests/"))
                        .ifPresent(o -> o.addParametersItem(new HeaderParameter()
                                .name(RequestId.HEADER)
                                .description(
                                        "1 to 200 visible ASCII characters, new for each thing that is asked for. Asked"
                                                + " again with the same one, at any coordinator, it is done once")
                                .schema(new StringSchema()))));
    }

    /** Whoever changes something says who they are; where reads are closed, whoever reads does too. */
    @Bean
    OpenApiCustomizer operators() {
        return api -> {
            api.getComponents()
                    .addSecuritySchemes(
                            "token",
                            new SecurityScheme()
                                    .type(SecurityScheme.Type.HTTP)
                                    .scheme("bearer")
                                    .description("An operator's token; whose it is, is the actor in the log"))
                    .addSecuritySchemes(
                            "nameAndToken",
                            new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic"));
            api.getPaths()
                    .values()
                    .forEach(path -> Optional.ofNullable(path.getPost())
                            .ifPresent(o -> o.addSecurityItem(new SecurityRequirement().addList("token"))
                                    .addSecurityItem(new SecurityRequirement().addList("nameAndToken"))));
        };
    }

    /** Every address fails in the same way. */
    @Bean
    OpenApiCustomizer problems() {
        return api -> {
            Schema<?> problem = new ObjectSchema();
            for (String field : List.of("type", "title", "detail", "instance", "code", "category", "hint")) {
                problem.addProperty(field, new StringSchema());
            }
            problem.addProperty("status", new IntegerSchema());
            api.getComponents().addSchemas("Problem", problem);
            ApiResponse failure = new ApiResponse()
                    .description("Refused or failed; `code` is stable, `hint` says what to do")
                    .content(new Content()
                            .addMediaType(
                                    "application/problem+json",
                                    new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"))));
            api.getPaths()
                    .values()
                    .forEach(path ->
                            path.readOperations().forEach(o -> o.getResponses().addApiResponse("default", failure)));
        };
    }
}
