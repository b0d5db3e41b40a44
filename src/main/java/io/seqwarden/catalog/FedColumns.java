package io.seqwarden.catalog;

import io.seqwarden.drift.Bounds;
import io.seqwarden.drift.FedColumn;
import io.seqwarden.drift.ObjectName;
import io.seqwarden.drift.Reason;
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
    FedColumn.Uniqueness uniqueness = FedColumn.Uniqueness.NONE;
    if (row.getBoolean("unique_alone")) {
      uniqueness = FedColumn.Uniqueness.COLUMN;
    } else if (row.getBoolean("unique_somehow")) {
      uniqueness = FedColumn.Uniqueness.COMPOSITE;
    }
    return new FedColumn(
        row.getLong("table_oid"),
        new ObjectName(
            row.getString("table_schema"),
            row.getString("table_name"),
            row.getString("table_quoted")),
        row.getString("column_name"),
        row.getString("column_quoted"),
        row.getInt("attnum"),
        row.getString("type_name"),
        range.orElse(Bounds.of(Long.MIN_VALUE, Long.MAX_VALUE)),
        FedColumn.Link.valueOf(row.getString("link")),
        row.getBoolean("indexed"),
        uniqueness,
        problem(row, range.isEmpty()),
        members(row));
  }

  /** Table and column as SQL writes them. */
  static String title(FedColumn column) {
    return column.table().quoted() + "." + column.quotedName();
  }

  private static Optional<Reason> problem(ResultSet row, boolean otherType) throws SQLException {
    String column = row.getString("table_quoted") + "." + row.getString("column_quoted");
    String sequence = row.getString("sequence_quoted");
    String expression = row.getString("expr");
    if (row.getBoolean("ambiguous")) {
      return reason(
          Reason.Code.DEFAULT_EXPRESSION,
          "The default of %s, %s, names its sequence without a schema, and several sequences have that name; which one feeds it depends on each session's search_path. Name the one in sequences = [{ table, column, sequence }]"
              .formatted(column, expression));
    }
    if (expression != null) {
      return reason(
          Reason.Code.DEFAULT_EXPRESSION,
          "The default of %s is an expression around nextval, %s, so its values cannot be compared with %s. If they can, say so in sequences = [{ table, column, sequence }]; else exclude the table"
              .formatted(column, expression, sequence));
    }
    if (otherType) {
      return reason(
          Reason.Code.DEFAULT_EXPRESSION,
          "%s is of type %s, whose values cannot be compared with those of %s: exclude the table, or make the column an integer"
              .formatted(column, row.getString("type_name"), sequence));
    }
    if (!row.getBoolean("column_readable")) {
      return reason(
          Reason.Code.PRIVILEGE,
          "The role of this connection may not read %s: GRANT SELECT (%s) ON %s TO it, and USAGE ON SCHEMA %s"
              .formatted(
                  column,
                  row.getString("column_quoted"),
                  row.getString("table_quoted"),
                  row.getString("table_schema")));
    }
    if (!row.getBoolean("sequence_readable")) {
      return reason(
          Reason.Code.PRIVILEGE,
          "The role of this connection may not read %s: GRANT SELECT ON SEQUENCE %s TO it, and USAGE ON SCHEMA %s"
              .formatted(sequence, sequence, row.getString("sequence_schema")));
    }
    if (row.getBoolean("hidden_rows")) {
      return reason(
          Reason.Code.ROW_SECURITY,
          "Row-level security hides rows of %s from the role of this connection, so their maximum would be wrong: give it BYPASSRLS, or a policy cannot help"
              .formatted(row.getString("table_quoted")));
    }
    if (row.getString("table_kind").equals("f")) {
      return reason(
          Reason.Code.NO_INDEX,
          "%s is a foreign table: its maximum would be read over the network without an index that is known here. Watch it where it lives, and exclude it here"
              .formatted(row.getString("table_quoted")));
    }
    return Optional.empty();
  }

  private static Optional<Reason> reason(Reason.Code code, String message) {
    return Optional.of(new Reason(code, message));
  }

  private static List<FedColumn.Member> members(ResultSet row) throws SQLException {
    Object[] oids = Discovery.elements(row, "oids");
    Object[] schemas = Discovery.elements(row, "schemas");
    Object[] names = Discovery.elements(row, "names");
    Object[] quoteds = Discovery.elements(row, "quoteds");
    Object[] partitioned = Discovery.elements(row, "partitioned");
    List<FedColumn.Member> members = new ArrayList<>();
    for (int i = 0; i < oids.length; i++) {
      members.add(
          new FedColumn.Member(
              (Long) oids[i],
              new ObjectName((String) schemas[i], (String) names[i], (String) quoteds[i]),
              (Boolean) partitioned[i]));
    }
    return members;
  }
}
