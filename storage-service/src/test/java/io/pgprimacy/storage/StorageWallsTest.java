package io.pgprimacy.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.pgprimacy.storage", importOptions = ImportOption.DoNotIncludeTests.class)
class StorageWallsTest {

    @ArchTest
    static final ArchRule only_one_package_knows_the_client = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgprimacy.storage.store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.minio..", "okhttp3..")
            .because("another client, or another store, must not change the rules of the repository");

    @ArchTest
    static final ArchRule the_repository_knows_no_framework = noClasses()
            .that()
            .resideInAnyPackage("io.pgprimacy.storage.repository", "io.pgprimacy.storage.store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..")
            .because("what may be written, and when a backup is one, does not depend on how it is asked for");

    @ArchTest
    static final ArchRule opens_no_secrets = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pgprimacy.backup.crypto", "io.pgprimacy.backup.bundle")
            .because("this service holds the bucket's credentials and no key: it sees nothing but ciphertext");

    @ArchTest
    static final ArchRule knows_no_other_service = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.pgprimacy.agent..",
                    "io.pgprimacy.coordinator..",
                    "io.pgprimacy.cli..",
                    "io.pgprimacy.sandbox..");

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.pgprimacy.storage.(*)..").should().beFreeOfCycles();
}
