package io.seqwarden.client;

import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;

/** An application of its own process, for {@link ClientJarIT}: inserts once and prints the id. */
final class ClientProbe {

  private ClientProbe() {}

  public static void main(String[] arguments) throws Exception {
    DataSource dataSource =
        (DataSource)
            Proxy.newProxyInstance(
                ClientProbe.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, given) -> DriverManager.getConnection(arguments[0]));
    long id =
        new SequenceRetry(dataSource)
            .call(
                connection -> {
                  try (Statement statement = connection.createStatement();
                      ResultSet row =
                          statement.executeQuery(
                              "insert into ticket (title) values ('probe') returning id")) {
                    row.next();
                    return row.getLong(1);
                  }
                });
    System.out.println("id " + id);
  }
}
