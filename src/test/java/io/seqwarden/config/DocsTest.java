package io.seqwarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.seqwarden.repair.Grants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the pages say is what the code does. */
final class DocsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-zA-Z.-]+)` \\| (.*?) \\|");

  @Test
  void configurationListsEachKeyWithItsDefault() throws IOException {
    Map<String, String> written = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs/configuration.md")));
    while (row.find()) {
      written.put(row.group(1), row.group(2).replace("`", ""));
    }
    // These two have no value that could be compared.
    assertThat(written.remove("databases.NAME")).isNotNull();
    assertThat(written.remove("database-defaults")).isNotNull();
    assertThat(written.put("exclude", "")).isNotNull();

    ConfigObject reference = ConfigFactory.parseResources("reference.conf").getObject("seqwarden");
    Map<String, String> actual = new TreeMap<>();
    collect("", reference, actual);
    assertThat(actual.put("exclude", "")).isNotNull();
    assertThat(written).isEqualTo(actual);
  }

  @ParameterizedTest
  @EnumSource
  void privilegesAreThoseThatAreGranted(Grants.Purpose purpose) throws IOException {
    String page = Files.readString(Path.of("docs/privileges.md"));
    assertThat(page)
        .contains(
            "```sql\n-- "
                + purpose.word()
                + "\n"
                + Grants.script("seqwarden", purpose, List.of())
                + "```\n");
  }

  private static void collect(String prefix, ConfigObject object, Map<String, String> into) {
    for (Map.Entry<String, ConfigValue> each : object.entrySet()) {
      String path = prefix + each.getKey();
      if (path.equals("databases")) {
        continue;
      }
      if (each.getValue() instanceof ConfigObject below) {
        collect(path.equals("database-defaults") ? "" : path + ".", below, into);
      } else {
        into.put(path, each.getValue().render(ConfigRenderOptions.concise()));
      }
    }
  }
}
