package io.seqwarden.catalog;

import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.Sequence;
import io.seqwarden.postgres.SqlState;
import java.sql.SQLException;

/** What a failed reading means: SQLSTATEs to reasons. Thread-safe. */
final class Failures {

  private final CatalogSettings settings;

  Failures(CatalogSettings settings) {
    this.settings = settings;
  }

  /**
   * What the server said.
   *
   * @param state the SQLSTATE, or {@code RLS} where row-level security would hide rows
   */
  record Failure(String state, String message) {

    /** From an answer of observe.sql, {@code ? SQLSTATE MESSAGE}. */
    static Failure of(String answer) {
      String[] parts = answer.split(" ", 3);
      return new Failure(parts[1], parts[2]);
    }

    static Failure of(SQLException exception) {
      return new Failure(String.valueOf(exception.getSQLState()), SqlState.said(exception));
    }
  }

  /** Why a column was not read. */
  Reason reason(Mark mark, Failure failure) {
    FedColumn fed = mark.fed();
    String table =
        fed.members().stream()
            .filter(member -> member.oid() == mark.table())
            .map(member -> member.table().quoted())
            .findFirst()
            .orElse(fed.table().quoted());
    return reason(
        table + "." + fed.quotedName(),
        "GRANT SELECT (%s) ON %s".formatted(fed.quotedName(), table),
        failure);
  }

  /** Why a position was not read. */
  Reason reason(Watched watched, Failure failure) {
    Sequence sequence = watched.sequence();
    return reason(
        "sequence " + sequence.name(), "GRANT SELECT ON SEQUENCE " + sequence.name(), failure);
  }

  private Reason reason(String subject, String grant, Failure failure) {
    String said = "%s (%s)".formatted(failure.message(), failure.state());
    return switch (failure.state()) {
      case "57014" ->
          new Reason(
              Reason.Code.TIMEOUT,
              "%s was not read within limits.statement-timeout, %d ms: its index is missing or bloated, or the server is slow. VACUUM or REINDEX the table, or raise the limit"
                  .formatted(subject, settings.timeouts().statement().toMillis()));
      case "55P03" ->
          new Reason(
              Reason.Code.LOCK,
              "%s was not read: another session held a lock on it for longer than limits.lock-timeout, %d ms. The next sweep tries again"
                  .formatted(subject, settings.timeouts().lock().toMillis()));
      case "42501" ->
          new Reason(
              Reason.Code.PRIVILEGE,
              "%s was not read: %s. Run, with the role of this connection: %s TO ..."
                  .formatted(subject, said, grant));
      case "RLS" ->
          new Reason(
              Reason.Code.ROW_SECURITY,
              "%s was not read, since row-level security would hide rows from its maximum: %s. Give the role of this connection BYPASSRLS"
                  .formatted(subject, failure.message()));
      case "42P01", "42703", "3F000", "XX000", "0A000", "55000" ->
          new Reason(
              Reason.Code.GONE,
              "%s is not there any more as it was discovered, dropped or replaced meanwhile: %s. The next sweep discovers anew"
                  .formatted(subject, said));
      case "22003", "22P02", "42804", "42846", "42883" ->
          new Reason(
              Reason.Code.VALUE_RANGE,
              "%s holds what is no id: %s. Correct the row or the column's type, or exclude the table"
                  .formatted(subject, said));
      default ->
          new Reason(
              Reason.Code.LOCK,
              "%s was not read: %s. The next sweep tries again".formatted(subject, said));
    };
  }

  /** Why a column without a suitable index was not read. */
  Reason tooLarge(FedColumn fed) {
    boolean tree = fed.members().size() > 1;
    return new Reason(
        Reason.Code.NO_INDEX,
        "%s has no suitable index and its table is larger than limits.unindexed-max-pages, %d, so it was not read. Run CREATE INDEX %sON %s (%s)%s, or set limits.unindexed = scan"
            .formatted(
                FedColumns.title(fed),
                settings.unindexedMaxPages(),
                tree ? "" : "CONCURRENTLY ",
                fed.table(),
                fed.quotedName(),
                tree ? " and each table of its tree that has none" : ""));
  }
}
