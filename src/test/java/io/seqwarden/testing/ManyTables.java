package io.seqwarden.testing;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables alike, more of them than one writes down. */
public final class ManyTables {

  private ManyTables() {}

  /**
   * A statement that makes t1 to tN, each with a serial, committing now and then, since a server
   * has not as many locks.
   *
   * @param more statements for each, with {@code %1$s} for its number
   */
  public static String create(int count, String... more) {
    String each =
        Stream.concat(Stream.of("create table t%1$s (id serial primary key)"), Stream.of(more))
            .map("    execute format('%s', i);\n"::formatted)
            .collect(Collectors.joining());
    return """
        do $$
        begin
          for i in 1 .. %d loop
        %s    if i %% 200 = 0 then
              commit;
            end if;
          end loop;
        end
        $$"""
        .formatted(count, each);
  }
}
