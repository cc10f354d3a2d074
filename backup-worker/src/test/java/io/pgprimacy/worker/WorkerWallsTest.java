package io.pgprimacy.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.pgprimacy.worker", importOptions = ImportOption.DoNotIncludeTests.class)
class WorkerWallsTest {

    @ArchTest
    static final ArchRule speaks_sql_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgprimacy.worker.postgres")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.postgresql..")
            .because("one session holds the backup open, and losing it must end the backup");

    @ArchTest
    static final ArchRule sends_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgprimacy.worker.transfer")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..")
            .because("every request needs its bound and its retries");

    @ArchTest
    static final ArchRule holds_no_credentials_of_the_bucket = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.minio..", "io.pgprimacy.storage..", "org.springframework..")
            .because("a database host can do what was granted to it, and nothing else");

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.pgprimacy.worker.(*)..").should().beFreeOfCycles();
}
