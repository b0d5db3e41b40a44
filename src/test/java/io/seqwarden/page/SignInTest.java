package io.seqwarden.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.seqwarden.app.RunningDaemon;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** On another address than loopback the pages themselves need the token; the daemon may go away. */
class SignInTest {

  /** Nobody listens there. */
  private static final String DOWN =
      "down { url = \"jdbc:postgresql://127.0.0.1:1/app\", user = nobody, every = 10h }";

  @Test
  void tokenOpensThePagesUntilTheyAreLoadedAnew(@TempDir Path files, @TempDir Path profile)
      throws Exception {
    try (Browser browser = Browser.start(profile)) {
      try (RunningDaemon daemon = RunningDaemon.start(files, "0.0.0.0", Drifting.TOKEN, DOWN)) {
        URI page = URI.create("http://127.0.0.1:" + daemon.page().getPort() + "/");
        browser.open(page);
        browser.untilText("h1", "Unauthorized");
        browser.click("#ask-token");
        giveToken(browser, "wrong");
        browser.untilText("#token-wrong", "The token is not the one in http.token-file.");
        giveToken(browser, Drifting.TOKEN);
        browser.untilText("h1", "Database down is unreachable.");

        browser.click("header a[href='/warnings']");
        browser.untilText("h1", "Warnings and reasons");
        browser.driver().navigate().back();
        browser.untilText("h1", "Database down is unreachable.");

        browser.driver().navigate().refresh();
        browser.untilText("h1", "Unauthorized");
        browser.click("#ask-token");
        giveToken(browser, Drifting.TOKEN);
        browser.untilText("h1", "Database down is unreachable.");
        assertThat(browser.consoleErrors()).isEmpty();
      }
      browser.untilText("#stale", "seqwarden does not answer. What stands here is as of 20");
    }
  }

  private static void giveToken(Browser browser, String token) {
    browser.until(b -> b.find("#token-dialog").isDisplayed());
    browser.find("#token-value").sendKeys(token, Keys.ENTER);
  }
}
