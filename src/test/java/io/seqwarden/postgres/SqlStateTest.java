package io.seqwarden.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Codes, SQL files and passwords: what needs no server. */
final class SqlStateTest {

  @ParameterizedTest
  @CsvSource({
    "08001, true",
    "08006, true",
    "28P01, true",
    "53300, true",
    "57P01, true",
    "57P03, true",
    "25P03, true",
    "25P04, true",
    "25P02, false",
    "25006, false",
    "57014, false",
    "55P03, false",
    "53200, false",
    "42P01, false",
    "40001, false",
    ", false",
  })
  void connectionFailures(@Nullable String state, boolean expected) {
    assertThat(SqlState.isConnectionFailure(new SQLException("x", state))).isEqualTo(expected);
  }

  @Test
  void whatTheServerSaidIsOneLineWithoutThePlace() {
    SQLException failure =
        new PSQLException(
            new ServerErrorMessage(
                "SERROR\0C42501\0Mpermission denied for sequence s\0Hask its owner\0"
                    + "WPL/pgSQL function inline_code_block line 7\0\0"));
    assertThat(SqlState.said(failure))
        .isEqualTo("ERROR: permission denied for sequence s. ask its owner");
    assertThat(SqlState.said(new SQLException("no server"))).isEqualTo("no server");
  }

  @Test
  void eachCodeIsItself() {
    for (SqlState state : SqlState.values()) {
      assertThat(state.is(new SQLException("x", state.code()))).isTrue();
      assertThat(state.is(new SQLException("x", "00000"))).isFalse();
      assertThat(state.code()).hasSize(5);
    }
    assertThat(SqlState.isLockNotAvailable(new SQLException("x", "55P03"))).isTrue();
    assertThat(SqlState.isQueryCanceled(new SQLException("x", "57014"))).isTrue();
    assertThat(SqlState.isInsufficientPrivilege(new SQLException("x", "42501"))).isTrue();
  }

  @Test
  void aMissingSqlFileIsNamed() {
    assertThat(SqlResource.load(SqlResource.class, "server_facts.sql")).startsWith("-- ");
    assertThatThrownBy(() -> SqlResource.load(SqlResource.class, "none.sql"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The SQL file none.sql of package io.seqwarden.postgres is missing from the class path:"
                + " build or unpack again.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no driver for jdbc:postgresql://h/d?password=s&ssl=true|"
            + "no driver for jdbc:postgresql://h/d?password=***&ssl=true",
        "'jdbc:postgresql://h/d?sslpassword=s'|'jdbc:postgresql://h/d?sslpassword=***'",
        "jdbc:postgresql://me:s@h/d|jdbc:postgresql://me:***@h/d",
        "jdbc:postgresql://h:5432/d|jdbc:postgresql://h:5432/d",
      })
  void passwordsAreScrubbed(String text, String expected) {
    assertThat(Passwords.scrub(text)).isEqualTo(expected);
  }

  @Test
  void anExceptionWithoutAPasswordStaysItself() {
    SQLException plain = new SQLException("refused", "08001");
    SQLException telling =
        new SQLException("failed", "08001", new IllegalStateException("password=geheim"));

    Throwable same = Passwords.scrub(plain);
    Throwable scrubbed = Passwords.scrub(telling);

    assertThat(same).isSameAs(plain);
    assertThat(scrubbed).hasMessage("failed").hasNoCause();
    assertThat(Passwords.scrub(telling).getSQLState()).isEqualTo("08001");
  }
}
