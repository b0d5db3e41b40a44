package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Reason;
import io.seqwarden.postgres.SqlState;
import io.seqwarden.postgres.Timeouts;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** What a failed reading means: SQLSTATEs to reasons. */
final class Failures {

  private Failures() {}

  static Reason reason(Watched watched, SQLException failure, Timeouts timeouts) {
    String subject =
        watched.sequence().columns().stream()
            .map(FedColumns::title)
            .collect(Collectors.joining(", ", watched.sequence().name() + " with ", ""));
    String cause = failure.getMessage() + " (" + failure.getSQLState() + ")";
    if (SqlState.isLockNotAvailable(failure)) {
      return new Reason(
          Reason.Code.LOCK,
          "%s could not be read: another session holds a lock for longer than limits.lock-timeout, %d ms. The next sweep tries again"
              .formatted(subject, timeouts.lock().toMillis()));
    }
    if (SqlState.isQueryCanceled(failure)) {
      return new Reason(
          Reason.Code.TIMEOUT,
          "%s could not be read within limits.statement-timeout, %d ms: a missing or bloated index, or a slow server. VACUUM or REINDEX the table, or raise the limit"
              .formatted(subject, timeouts.statement().toMillis()));
    }
    if (SqlState.isInsufficientPrivilege(failure)) {
      boolean rows = String.valueOf(failure.getMessage()).contains("row-level security");
      return rows
          ? new Reason(
              Reason.Code.ROW_SECURITY,
              "%s could not be read: %s. Give the role of this connection BYPASSRLS"
                  .formatted(subject, cause))
          : new Reason(
              Reason.Code.PRIVILEGE,
              "%s could not be read: %s. %s".formatted(subject, cause, grants(watched)));
    }
    return switch (String.valueOf(failure.getSQLState())) {
      case "42P01", "42703", "42601", "XX000", "42704" ->
          new Reason(
              Reason.Code.GONE,
              "%s is gone, dropped or replaced since it was discovered: the next sweep discovers anew"
                  .formatted(subject));
      case "22003", "22P02", "22023" ->
          new Reason(
              Reason.Code.VALUE_RANGE,
              "%s holds a value that is no id: %s".formatted(subject, cause));
      default ->
          new Reason(
              Reason.Code.LOCK,
              "%s could not be read: %s. The next sweep tries again".formatted(subject, cause));
    };
  }

  private static String grants(Watched watched) {
    return watched.sequence().columns().stream()
        .map(column -> "GRANT SELECT (%s) ON %s".formatted(column.quotedName(), column.table()))
        .collect(
            Collectors.joining(
                ", ",
                "",
                ", GRANT SELECT ON SEQUENCE " + watched.sequence().name() + " to its role"));
  }

  static Reason tooLarge(FedColumn column, int maxPages) {
    return new Reason(
        Reason.Code.NO_INDEX,
        "%1$s has no suitable index and is larger than limits.unindexed-max-pages, %2$d, so its maximum was not read: CREATE INDEX CONCURRENTLY ON %3$s (%4$s), or set limits.unindexed = scan"
            .formatted(FedColumns.title(column), maxPages, column.table(), column.quotedName()));
  }
}
