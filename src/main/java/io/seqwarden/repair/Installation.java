package io.seqwarden.repair;

import io.seqwarden.catalog.Watched;
import io.seqwarden.postgres.Database;
import io.seqwarden.postgres.SqlResource;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.postgres.Timeouts;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the objects of the contract into one database and takes them out again: schema {@code
 * seqwarden}, guards, short forms. Each table in its own short transaction, so that a long-running
 * writer delays the guard and never the application; what could not be done is tried again later,
 * at growing intervals.
 *
 * <p>Not thread-safe: one sweep at a time uses it.
 */
public final class Installation {

  static final String SCHEMA = "seqwarden";

  /** What the schema's comment begins with, and by which it is known to be ours. */
  static final String MARK = "seqwarden objects ";

  /** Less than anybody notices: who holds the lock keeps it for longer, or has it given back. */
  private static final Duration WITHOUT_QUEUEING = Duration.ofMillis(1);

  private static final String RUN =
      "select pg_catalog.set_config('seqwarden.statement', ?, true);\n"
          + SqlResource.load(Installation.class, "run_statement.sql");

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final Database database;
  private final InstallSettings settings;
  private final Clock clock;
  private final Map<String, Retry> retries = new HashMap<>();

  private record Retry(Instant notBefore, Duration pause, String problem, boolean forLock) {}

  /** For one database. */
  public Installation(Database database, InstallSettings settings, Clock clock) {
    this.database = database;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What is installed.
   *
   * @param guarded the oids of sequences all of whose tables carry an enabled, current guard
   * @param guardable the oids of sequences that should: their policy allows it and their columns
   *     can be compared
   * @param hasEvent whether {@code seqwarden.event} is there
   */
  public record Status(Set<Long> guarded, Set<Long> guardable, boolean hasEvent) {
    public Status {
      guarded = Set.copyOf(guarded);
      guardable = Set.copyOf(guardable);
    }
  }

  /**
   * The outcome of an installation or removal.
   *
   * @param steps how many steps were done
   * @param problems what could not be done: subject, cause, consequence, next step
   */
  public record Outcome(int steps, List<String> problems) {
    public Outcome {
      problems = List.copyOf(problems);
    }
  }

  /** Looks at what is installed; writes nothing. */
  public Status status(List<Watched> watched) throws SQLException {
    Inspection found = database.read(settings.timeouts(), Inspection::of);
    return status(new InstallPlan(settings, watched), watched, found);
  }

  private static Status status(InstallPlan plan, List<Watched> watched, Inspection found) {
    Set<Long> guarded = new HashSet<>();
    Set<Long> guardable = new HashSet<>();
    plan.guards()
        .values()
        .forEach(guards -> guards.forEach(guard -> guardable.add(guard.sequence().oid())));
    Set<Long> lacking = plan.lacking(found);
    for (Watched entry : watched) {
      long oid = entry.sequence().oid();
      if (guardable.contains(oid) && !lacking.contains(oid)) {
        guarded.add(oid);
      }
    }
    return new Status(guarded, guardable, found.facts().hasEvent());
  }

  /**
   * Installs what is missing and replaces what is out of date.
   *
   * @param patient whether a step that failed lately is left out until its wait is over
   * @param cancelled asked between steps
   * @throws SQLException if the connection is lost
   */
  public Outcome ensure(List<Watched> watched, boolean patient, BooleanSupplier cancelled)
      throws SQLException {
    InstallPlan plan = new InstallPlan(settings, watched);
    Inspection found = database.read(settings.timeouts(), Inspection::of);
    List<String> problems = new ArrayList<>(plan.leftOut());
    if (found.facts().foreignSchema()) {
      problems.add(
          "Schema seqwarden exists in %s and is not seqwarden's (its comment does not say so), so nothing was installed: rename that schema, or set guard = off"
              .formatted(found.facts().database()));
      return new Outcome(0, problems);
    }
    int done = 0;
    List<Step> schema = plan.schemaSteps(found, wantsEvent(found, problems));
    if (!schema.isEmpty()) {
      done += run(schema, patient, cancelled, problems);
      if (done == 0) {
        return new Outcome(0, problems);
      }
    }
    done += run(plan.functionSteps(found), patient, cancelled, problems);
    Map<Long, Inspection.TableRights> rights =
        database.read(settings.timeouts(), c -> Inspection.rights(c, plan.guards().keySet()));
    done += run(plan.triggerSteps(found, rights), patient, cancelled, problems);
    done += run(plan.shortForms().steps(found, problems), patient, cancelled, problems);
    done += run(plan.staleTriggerSteps(found), patient, cancelled, problems);
    if (plan.hasOrphans(found)) {
      // Which are used by triggers still is known once the steps on tables have been done or not.
      Inspection now = database.read(settings.timeouts(), Inspection::of);
      done += run(plan.orphanSteps(now), patient, cancelled, problems);
    }
    return new Outcome(done, problems);
  }

  private boolean wantsEvent(Inspection found, List<String> problems) {
    if (!settings.events().inDatabase() || found.facts().hasEvent()) {
      return settings.events().inDatabase();
    }
    if (found.facts().allTablesPublished() && !settings.events().evenIfPublished()) {
      problems.add(
          "seqwarden.event was not created in %s, since a FOR ALL TABLES publication would carry it to subscribers that lack it and stop them; events stay in memory: create it on the subscribers first, then set events.in-database = true"
              .formatted(found.facts().database()));
      return false;
    }
    return true;
  }

  /**
   * Removes everything, table by table, the schema last. A schema seqwarden that is not ours is
   * left alone, and so are the triggers that run its functions.
   */
  public Outcome uninstall(BooleanSupplier cancelled) throws SQLException {
    Inspection found = database.read(settings.timeouts(), Inspection::of);
    List<String> problems = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    if (!found.facts().foreignSchema()) {
      found.triggers().values().forEach(there -> steps.add(InstallPlan.dropTriggers(there)));
    }
    ShortForms.of(found).values().stream()
        .filter(Inspection.Function::ours)
        .forEach(function -> steps.add(Functions.drop(function)));
    int done = run(steps, false, cancelled, problems);
    if (found.facts().schemaExists() && !found.facts().foreignSchema() && problems.isEmpty()) {
      done +=
          run(
              List.of(
                  new Step(
                      "schema",
                      "schema seqwarden",
                      List.of("drop schema if exists seqwarden cascade"),
                      "own schema seqwarden")),
              false,
              cancelled,
              problems);
    }
    return new Outcome(done, problems);
  }

  private int run(
      List<Step> steps, boolean patient, BooleanSupplier cancelled, List<String> problems)
      throws SQLException {
    int done = 0;
    List<Step> held = new ArrayList<>();
    for (Step step : steps) {
      Retry retry = retries.get(step.key());
      if (cancelled.getAsBoolean()) {
        return done;
      } else if (patient && retry != null && clock.instant().isBefore(retry.notBefore())) {
        problems.add(retry.problem());
      } else if (step.tree().isPresent() ? doneWithoutQueueing(step) : run(step, problems)) {
        done++;
      } else if (step.tree().isPresent()) {
        held.add(step);
      }
    }
    return done + queue(held, cancelled, problems);
  }

  private boolean doneWithoutQueueing(Step step) throws SQLException {
    try {
      execute(step, new Timeouts(WITHOUT_QUEUEING, settings.timeouts().statement()));
      return true;
    } catch (SQLException failure) {
      if (SqlState.isConnectionFailure(failure)) {
        throw failure;
      }
      return false;
    }
  }

  /**
   * Queues for tables that others hold, while their writers queue behind us. Only one such wait may
   * run out in each tree: a statement on the whole of it would have to sit them out one by one.
   */
  private int queue(List<Step> steps, BooleanSupplier cancelled, List<String> problems)
      throws SQLException {
    steps.sort(
        Comparator.comparing(
            step ->
                Optional.ofNullable(retries.get(step.key()))
                    .map(Retry::pause)
                    .orElse(Duration.ZERO)));
    int done = 0;
    Map<String, Step> ranOut = new HashMap<>();
    for (Step step : steps) {
      String tree = step.tree().orElseThrow();
      if (cancelled.getAsBoolean()) {
        break;
      } else if (ranOut.containsKey(tree)) {
        problems.add(
            "%s could not be changed: like %s it waits for other sessions, and waiting for one after the other would hold up statements that use both. Tried again with the next sweep or install"
                .formatted(step.subject(), ranOut.get(tree).subject()));
      } else if (run(step, problems)) {
        done++;
      } else if (heldUp(step)) {
        ranOut.put(tree, step);
      }
    }
    return done;
  }

  private boolean heldUp(Step step) {
    Retry retry = retries.get(step.key());
    return retry != null && retry.forLock();
  }

  private boolean run(Step step, List<String> problems) throws SQLException {
    try {
      execute(step, settings.timeouts());
      return true;
    } catch (SQLException failure) {
      if (SqlState.isConnectionFailure(failure)) {
        throw failure;
      }
      problems.add(remember(step, failure));
      return false;
    }
  }

  private void execute(Step step, Timeouts timeouts) throws SQLException {
    database.write(
        timeouts,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(RUN)) {
            for (String sql : step.statements()) {
              statement.setString(1, sql);
              statement.execute();
            }
          }
          return step;
        });
    retries.remove(step.key());
  }

  private String remember(Step step, SQLException failure) {
    Duration wait = waitAfter(retries.get(step.key()));
    String problem = problem(step, failure, wait);
    retries.put(step.key(), new Retry(clock.instant().plus(wait), wait, problem, ranOut(failure)));
    return problem;
  }

  private static boolean ranOut(SQLException failure) {
    return SqlState.isLockNotAvailable(failure) || SqlState.isQueryCanceled(failure);
  }

  private static Duration waitAfter(@Nullable Retry last) {
    if (last == null) {
      return FIRST_WAIT;
    }
    Duration doubled = last.pause().multipliedBy(2);
    return doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
  }

  private static String problem(Step step, SQLException failure, Duration wait) {
    String cause = SqlState.said(failure) + " (" + failure.getSQLState() + ")";
    if (SqlState.isInsufficientPrivilege(failure)) {
      return "%s could not be changed: %s. It takes: %s"
          .formatted(step.subject(), cause, step.need());
    }
    if (ranOut(failure)) {
      return "%s could not be changed: %s. Another session holds its lock for longer than limits.lock-timeout; tried again in %d s"
          .formatted(step.subject(), cause, wait.toSeconds());
    }
    return "%s could not be changed: %s. Tried again in %d s"
        .formatted(step.subject(), cause, wait.toSeconds());
  }

  /** Everything that {@link #ensure} would run on a database without our objects, as a script. */
  public static String script(InstallSettings settings, List<Watched> watched) {
    InstallPlan plan = new InstallPlan(settings, watched);
    return plan.script();
  }

  /** A script that removes everything, in one transaction. */
  public static String removalScript() {
    return SqlResource.load(Installation.class, "uninstall.sql");
  }
}
