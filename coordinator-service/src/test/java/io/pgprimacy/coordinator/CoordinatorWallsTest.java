package io.pgprimacy.coordinator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.pgprimacy.coordinator", importOptions = ImportOption.DoNotIncludeTests.class)
class CoordinatorWallsTest {

    @ArchTest
    static final ArchRule only_one_package_knows_kafka = noClasses()
            .that()
            .resideOutsideOfPackages("io.pgprimacy.coordinator.kafka")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..")
            .because("the runtime and the interface are tested over logs in memory");

    @ArchTest
    static final ArchRule the_runtime_serves_no_requests = noClasses()
            .that()
            .resideInAPackage("io.pgprimacy.coordinator.runtime")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.web..", "io.pgprimacy.coordinator.api..")
            .because("the thread that decides must not wait for those who look");

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.pgprimacy.coordinator.(*)..").should().beFreeOfCycles();
}
