package io.pgprimacy.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls inside the agent. Think hard about the layering before changing this file. */
@AnalyzeClasses(packages = "io.pgprimacy.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class AgentWallsTest {

    @ArchTest
    static final ArchRule carries_no_framework = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..")
            .because("the agent lives on the database's host: it must be small and up in a second");

    @ArchTest
    static final ArchRule starts_processes_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgprimacy.agent.process..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .callMethod(Runtime.class, "exec", String.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class)
            .allowEmptyShould(true)
            .because("every child process needs a time limit, drained output and a user that is not root");

    @ArchTest
    static final ArchRule speaks_sql_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgprimacy.agent.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
            .allowEmptyShould(true)
            .because("every connection needs its time-outs: a hung PostgreSQL must not hang the agent");

    @ArchTest
    static final ArchRule knows_no_other_service = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.pgprimacy.coordinator..",
                    "io.pgprimacy.cli..",
                    "io.pgprimacy.sandbox..",
                    "io.pgprimacy.simulation..")
            .because("services meet in the log and over documented HTTP, never in each other's classes");
}
