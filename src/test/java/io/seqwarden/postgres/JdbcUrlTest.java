package io.seqwarden.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** What the driver takes, we take, and the other way round. */
final class JdbcUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql:app                              | app
          jdbc:postgresql://localhost/app                  | app
          jdbc:postgresql://localhost:5433/app             | app
          jdbc:postgresql://[::1]:5433/app                 | app
          jdbc:postgresql://a.example,b.example:5433/app   | app
          jdbc:postgresql:///app                           | app
          jdbc:postgresql://host/my%20app                  | my app
          jdbc:postgresql://host/app?                      | app
          jdbc:postgresql://host/app?ssl                   | app
          jdbc:postgresql://host/app?targetServerType=primary&options=-c%20x=y | app
          jdbc:postgresql://host/app?sslmode=require&user=u | app
          """)
  void namesTheDatabaseAsTheDriverDoes(String url, String database) {
    JdbcUrl parsed = JdbcUrl.parse(url);
    Properties driver = Driver.parseURL(url, new Properties());

    assertThat(parsed.database()).contains(database);
    assertThat(parsed.url()).isEqualTo(url.replaceFirst("\\?$", ""));
    assertThat(parsed.password()).isEmpty();
    assertThat(parsed.hasUser()).isEqualTo(url.contains("user=u"));
    assertThat(driver).isNotNull();
    assertThat(PGProperty.PG_DBNAME.getOrDefault(driver)).isEqualTo(database);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc:postgresql:", "jdbc:postgresql:///", "jdbc:postgresql://host/"})
  void leavesTheDatabaseToTheUser(String url) {
    assertThat(JdbcUrl.parse(url).database()).isEmpty();
    assertThat(Driver.parseURL(url, new Properties())).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql:app?password=hunter2                | jdbc:postgresql:app
          jdbc:postgresql:app?password=hunter2&ssl            | jdbc:postgresql:app?ssl
          jdbc:postgresql:app?a=b&password=hunter%32&c=d%20e  | jdbc:postgresql:app?a=b&c=d%20e
          """)
  void takesThePasswordOut(String url, String without) {
    JdbcUrl parsed = JdbcUrl.parse(url);

    assertThat(parsed.url()).isEqualTo(without);
    assertThat(parsed.password().map(Secret::reveal)).contains("hunter2");
    assertThat(parsed.toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://hunter2",
        "jdbc:postgresql:/hunter2",
        "jdbc:postgresql://u:hunter2@host/app",
        "jdbc:postgresql://host/app/hunter2",
        "jdbc:postgresql://host:hunter2/app",
        "jdbc:postgresql://host/app?password=hunter2%zz",
        "jdbc:postgresql://host/app%zzhunter2",
        "postgresql://u:hunter2@host/app",
        "hunter2"
      })
  void refusesWithoutShowingIt(String url) {
    assertThatThrownBy(() -> JdbcUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .doesNotContain("hunter2");
  }
}
