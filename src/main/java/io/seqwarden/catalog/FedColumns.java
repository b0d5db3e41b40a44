package io.seqwarden.catalog;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Reason;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of discovery.sql to fed columns, with what the catalogs alone say against reading them. */
final class FedColumns {

  private FedColumns() {}

  static FedColumn of(ResultSet row) throws SQLException {
    Optional<Bounds> range =
        ColumnTypes.range(row.getLong("base_type"), row.getInt("type_modifier"));
    return new FedColumn(
        row.getLong("table_oid"),
        table(row),
        row.getString("column_name"),
        row.getString("column_quoted"),
        row.getInt("attnum"),
        row.getString("type_name"),
        range.orElse(ColumnTypes.BIGINT),
        FedColumn.Link.valueOf(row.getString("link")),
        row.getBoolean("indexed"),
        uniqueness(row),
        problem(row, range.isEmpty()),
        members(row));
  }

  /** Table and column as SQL writes them. */
  static String title(FedColumn column) {
    return column.table().quoted() + "." + column.quotedName();
  }

  /** What is to be said of a column whose default draws from no sequence that can be told. */
  static String adrift(ResultSet row) throws SQLException {
    return (Catalog.COLUMN_ADRIFT
            + "%s, %s, names a sequence that is not there, or one of several of that"
            + " name, so the column is not watched: name its sequence in sequences ="
            + " [{ table, column, sequence }], or exclude the table")
        .formatted(title(row), row.getString("expr"));
  }

  private static String title(ResultSet row) throws SQLException {
    return row.getString("table_quoted") + "." + row.getString("column_quoted");
  }

  private static ObjectName table(ResultSet row) throws SQLException {
    return new ObjectName(
        row.getString("table_schema"), row.getString("table_name"), row.getString("table_quoted"));
  }

  private static FedColumn.Uniqueness uniqueness(ResultSet row) throws SQLException {
    if (row.getBoolean("unique_alone")) {
      return FedColumn.Uniqueness.COLUMN;
    }
    return row.getBoolean("unique_somehow")
        ? FedColumn.Uniqueness.COMPOSITE
        : FedColumn.Uniqueness.NONE;
  }

  private static Optional<Reason> problem(ResultSet row, boolean otherType) throws SQLException {
    Optional<Reason> incomparable = incomparable(row, otherType);
    return incomparable.isPresent() ? incomparable : unreadable(row);
  }

  private static Optional<Reason> incomparable(ResultSet row, boolean otherType)
      throws SQLException {
    String column = title(row);
    String sequence = row.getString("sequence_quoted");
    String expression = row.getString("expr");
    if (row.getBoolean("ambiguous")) {
      return reason(
          Reason.Code.DEFAULT_EXPRESSION,
          ("The default of %s, %s, names its sequence without a schema, and %s is one of several of"
                  + " that name: which one feeds the column depends on each session's search_path,"
                  + " so neither can be judged. Name the one in sequences ="
                  + " [{ table, column, sequence }]")
              .formatted(column, expression, sequence));
    }
    if (expression != null) {
      return reason(
          Reason.Code.DEFAULT_EXPRESSION,
          ("The default of %s is an expression around nextval, %s, so its values cannot be compared"
                  + " with those of %s. If they can, say so in sequences ="
                  + " [{ table, column, sequence }]; else exclude the table")
              .formatted(column, expression, sequence));
    }
    if (otherType) {
      return reason(
          Reason.Code.DEFAULT_EXPRESSION,
          ("%s is of type %s, whose values cannot be compared with those of %s: make it a bigint,"
                  + " or exclude the table")
              .formatted(column, row.getString("type_name"), sequence));
    }
    return Optional.empty();
  }

  private static Optional<Reason> unreadable(ResultSet row) throws SQLException {
    String table = row.getString("table_quoted");
    String role = row.getString("role_quoted");
    if (row.getString("table_kind").equals("f")) {
      return reason(
          Reason.Code.NO_INDEX,
          ("%s is a foreign table: its maximum would be read from another server, without an index"
                  + " that is known here, so it is not read. Watch it where it lives, and exclude"
                  + " it here")
              .formatted(table));
    }
    if (row.getBoolean("lost_on_standby")) {
      return reason(
          Reason.Code.GONE,
          ("%s or %s is unlogged, and this server is a standby, which has nothing of it: watch it"
                  + " on the primary")
              .formatted(table, row.getString("sequence_quoted")));
    }
    List<String> grants = grants(row);
    if (!grants.isEmpty()) {
      return reason(
          Reason.Code.PRIVILEGE,
          "%s may not read %s and its sequence %s, so neither is judged. Run: %s"
              .formatted(
                  role, title(row), row.getString("sequence_quoted"), String.join("; ", grants)));
    }
    if (row.getBoolean("hidden_rows")) {
      return reason(
          Reason.Code.ROW_SECURITY,
          ("Row-level security applies to %s on %s, and a maximum over the rows that it lets through"
                  + " would be too low, so it is not read. Run as a superuser: ALTER ROLE %s"
                  + " BYPASSRLS")
              .formatted(role, table, role));
    }
    return Optional.empty();
  }

  /** The statements that give what is missing. */
  private static List<String> grants(ResultSet row) throws SQLException {
    List<String> grants = new ArrayList<>();
    String role = row.getString("role_quoted");
    String tableSchema = row.getString("table_schema_quoted");
    String sequenceSchema = row.getString("sequence_schema_quoted");
    if (!row.getBoolean("table_schema_usable")) {
      grants.add("GRANT USAGE ON SCHEMA %s TO %s".formatted(tableSchema, role));
    }
    if (!row.getBoolean("sequence_schema_usable") && !sequenceSchema.equals(tableSchema)) {
      grants.add("GRANT USAGE ON SCHEMA %s TO %s".formatted(sequenceSchema, role));
    }
    if (!row.getBoolean("column_readable")) {
      grants.add(
          "GRANT SELECT (%s) ON %s TO %s"
              .formatted(row.getString("column_quoted"), row.getString("table_quoted"), role));
    }
    if (!row.getBoolean("sequence_readable")) {
      grants.add(
          "GRANT SELECT ON SEQUENCE %s TO %s".formatted(row.getString("sequence_quoted"), role));
    }
    return grants;
  }

  private static Optional<Reason> reason(Reason.Code code, String message) {
    return Optional.of(new Reason(code, message));
  }

  /** The table alone, or the tables of its tree; none of them foreign. */
  private static List<FedColumn.Member> members(ResultSet row) throws SQLException {
    Array array = row.getArray("oids");
    if (array == null) {
      return row.getString("table_kind").equals("f")
          ? List.of()
          : List.of(
              new FedColumn.Member(
                  row.getLong("table_oid"), table(row), row.getString("table_kind").equals("p")));
    }
    Object[] oids = (Object[]) array.getArray();
    Object[] schemas = elements(row, "schemas");
    Object[] names = elements(row, "names");
    Object[] quoteds = elements(row, "quoteds");
    Object[] partitioned = elements(row, "partitioned");
    Object[] foreignBelow = elements(row, "foreign_below");
    List<FedColumn.Member> members = new ArrayList<>();
    for (int i = 0; i < oids.length; i++) {
      members.add(
          new FedColumn.Member(
              (Long) oids[i],
              new ObjectName((String) schemas[i], (String) names[i], (String) quoteds[i]),
              (Boolean) partitioned[i],
              (Boolean) foreignBelow[i]));
    }
    return members;
  }

  private static Object[] elements(ResultSet row, String column) throws SQLException {
    return (Object[]) row.getArray(column).getArray();
  }
}
