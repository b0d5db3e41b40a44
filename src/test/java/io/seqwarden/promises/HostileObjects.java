package io.seqwarden.promises;

import io.seqwarden.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects in a schema {@code evil} that are named like those that the guard uses, made by the role
 * that inserts. Each that runs counts itself, in a sequence, which no rollback undoes, and fails.
 */
final class HostileObjects {

  private static final List<String> FUNCTIONS =
      List.of(
          "advance(pg_catalog.regclass, bigint) returns bigint",
          "follow(pg_catalog.regclass, pg_catalog.numeric, pg_catalog.numeric, pg_catalog.numeric,"
              + " pg_catalog.numeric, pg_catalog.text) returns pg_catalog.text",
          "bound_of(pg_catalog.regclass, pg_catalog.numeric, pg_catalog.numeric)"
              + " returns pg_catalog.numeric",
          "\"position\"(pg_catalog.regclass, pg_catalog.numeric, pg_catalog.numeric)"
              + " returns bigint",
          "record(pg_catalog.regclass, bigint, bigint, pg_catalog.numeric, pg_catalog.text)"
              + " returns void",
          "pg_sequence_last_value(pg_catalog.regclass) returns bigint",
          "nextval(pg_catalog.regclass) returns bigint",
          "setval(pg_catalog.regclass, bigint) returns bigint",
          "current_setting(pg_catalog.text, boolean) returns pg_catalog.text",
          "current_setting(pg_catalog.text) returns pg_catalog.text",
          "set_config(pg_catalog.text, pg_catalog.text, boolean) returns pg_catalog.text",
          "lower(pg_catalog.text) returns pg_catalog.text",
          "floor(pg_catalog.numeric) returns pg_catalog.numeric",
          "sign(pg_catalog.numeric) returns pg_catalog.numeric",
          "abs(pg_catalog.numeric) returns pg_catalog.numeric",
          "div(pg_catalog.numeric, pg_catalog.numeric) returns pg_catalog.numeric",
          "strpos(pg_catalog.text, pg_catalog.text) returns integer",
          "to_regclass(pg_catalog.text) returns pg_catalog.regclass",
          "has_table_privilege(pg_catalog.text, pg_catalog.text) returns boolean",
          "format(pg_catalog.text, variadic pg_catalog.text[]) returns pg_catalog.text",
          "max(bigint) returns bigint",
          "max(integer) returns integer");

  private static final List<String> OPERATORS =
      List.of("<=", "<", ">", ">=", "=", "<>", "+", "-", "*", "/", "||");
  private static final List<String> OPERANDS =
      List.of(
          "bigint, bigint",
          "integer, bigint",
          "integer, pg_catalog.numeric",
          "bigint, pg_catalog.numeric",
          "pg_catalog.numeric, pg_catalog.numeric",
          "pg_catalog.text, pg_catalog.text");

  private static final List<String> TYPES =
      List.of("regclass", "int8", "numeric", "text", "bool", "pg_sequence");
  private static final List<String> TABLES =
      List.of("pg_class", "pg_namespace", "event", "seqwarden_inserted");

  private HostileObjects() {}

  /** Makes schema evil and all that is in it. */
  static void create(TestDatabase db, String role) throws SQLException {
    db.execute(
        "create schema evil authorization " + role,
        "create sequence evil.called",
        "grant all on sequence evil.called to public");
    try (Connection connection = db.connectAs(role);
        Statement statement = connection.createStatement()) {
      for (String function : FUNCTIONS) {
        statement.execute(trap(function));
      }
      int count = 0;
      for (String operator : OPERATORS) {
        for (String operands : OPERANDS) {
          String function = "trap_" + ++count;
          String[] sides = operands.split(", ", -1);
          statement.execute(trap("%s(%s) returns boolean".formatted(function, operands)));
          statement.execute(
              "create operator evil.%s (function = evil.%s, leftarg = %s, rightarg = %s)"
                  .formatted(operator, function, sides[0], sides[1]));
        }
      }
      for (String type : TYPES) {
        statement.execute("create type evil.\"%s\" as enum ('evil')".formatted(type));
      }
      for (String table : TABLES) {
        statement.execute("create table evil.%s (evil integer)".formatted(table));
      }
    }
  }

  private static String trap(String signature) {
    return """
        create function evil.%s language plpgsql as $trap$
        begin
          perform pg_catalog.nextval('evil.called');
          raise exception 'a hostile object ran';
        end
        $trap$"""
        .formatted(signature);
  }

  /** Temporary ones, which come first for types and tables even where the path leaves them out. */
  static void createTemporary(Statement statement) throws SQLException {
    List<String> made = new ArrayList<>(TYPES);
    made.removeAll(List.of("pg_sequence"));
    for (String type : made) {
      statement.execute("create type pg_temp.\"%s\" as enum ('evil')".formatted(type));
    }
    for (String table : TABLES) {
      statement.execute("create temporary table %s (evil integer)".formatted(table));
    }
  }

  /** How often one of them ran. */
  static long calls(TestDatabase db) throws SQLException {
    return Long.parseLong(
        db.one("select case when is_called then last_value else 0 end from evil.called"));
  }
}
