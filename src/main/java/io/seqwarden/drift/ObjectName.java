package io.seqwarden.drift;

import java.util.Objects;

/**
 * The name of a table or a sequence, always with its schema.
 *
 * @param schema the schema's raw name, unquoted
 * @param name the object's raw name, unquoted
 * @param quoted {@code schema.name} with each part quoted as the server's {@code quote_ident} does;
 *     fit for SQL text and for people
 */
public record ObjectName(String schema, String name, String quoted)
    implements Comparable<ObjectName> {

  public ObjectName {
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(quoted, "quoted");
  }

  @Override
  public int compareTo(ObjectName other) {
    return quoted.compareTo(other.quoted);
  }

  @Override
  public String toString() {
    return quoted;
  }
}
