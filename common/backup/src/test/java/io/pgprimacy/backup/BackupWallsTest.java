package io.pgprimacy.backup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls around the repository's format. Think hard about the layering before changing this file. */
@AnalyzeClasses(packages = "io.pgprimacy.backup", importOptions = ImportOption.DoNotIncludeTests.class)
class BackupWallsTest {

    @ArchTest
    static final ArchRule knows_no_network_and_no_database = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net..",
                    "java.sql..",
                    "org.springframework..",
                    "org.apache.kafka..",
                    "org.slf4j..",
                    "io.minio..",
                    "org.postgresql..")
            .because("whoever holds the bytes and the key must be able to restore, whatever carried them");

    @ArchTest
    static final ArchRule the_format_touches_no_files = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.pgprimacy.backup.crypto",
                    "io.pgprimacy.backup.page",
                    "io.pgprimacy.backup.format",
                    "io.pgprimacy.backup.wal",
                    "io.pgprimacy.backup.bundle")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.nio.channels..")
            .because("streams in, streams out: nothing is spooled to a disk");

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.pgprimacy.backup.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule names_come_from_the_field = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
            .because("such a name says that nobody knew what the class is for");
}
