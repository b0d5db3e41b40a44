package io.seqwarden.page;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;

/** Pictures of the pages for people to look at: {@code -Dseqwarden.screenshots=FOLDER}. */
@EnabledIfSystemProperty(named = "seqwarden.screenshots", matches = ".+")
class ScreenshotsTest {

  private final Path folder = Path.of(System.getProperty("seqwarden.screenshots", "target"));

  @Test
  void ofAllPages(@TempDir Path files, @TempDir Path profile) throws Exception {
    Files.createDirectories(folder);
    try (Drifting drifting = Drifting.start(files);
        Browser browser = Browser.start(profile, "--hide-scrollbars")) {
      String base = drifting.daemon.page().toString();
      drifting.app.execute(
          "drop table \"" + Drifting.HOSTILE + "\"",
          "alter sequence moved_id_seq restart with 1300000000",
          "insert into moved default values");
      for (int i = 0; i < 12; i++) {
        drifting.app.execute(
            "insert into ticket (title) select 'plain' from generate_series(1, 7)",
            "insert into invoice select from generate_series(1, 3)",
            i % 4 == 2 ? "insert into ticket select max(id) + 30 from ticket" : "select 1");
        drifting.sweep("app");
      }
      drifting.shop.execute("insert into customer select generate_series(31, 50)");
      drifting.sweep("shop");
      for (String theme : List.of("light", "dark")) {
        browser
            .driver()
            .executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                    "features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
        size(browser, 1400, 1000);
        shot(browser, base, "status-" + theme);
        shot(browser, base + "databases/app/sequences/public.ticket_id_seq", "sequence-" + theme);
        shot(browser, base + "databases/app/sequences/public.meter_id_seq", "refused-" + theme);
        shot(browser, base + "?database=app&state=refused", "filtered-" + theme);
        refusal(browser, theme);
      }
      size(browser, 390, 844);
      shot(browser, base, "narrow");
      browser.script("document.querySelectorAll('h2')[1].scrollIntoView()");
      shot(browser, "narrow-sequences");
      shot(browser, base + "databases/app/sequences/public.ticket_id_seq", "narrow-sequence");
      size(browser, 1400, 1000);
      browser
          .driver()
          .executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
      browser.driver().get(base);
      shot(browser, "no-script");
      browser.driver().get(base + "databases/app/sequences/public.meter_id_seq");
      shot(browser, "no-script-sequence");
    }
  }

  private static void size(Browser browser, int width, int height) {
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  private void refusal(Browser browser, String theme) throws Exception {
    browser.click("button[data-subject='public.frozen_id_seq']");
    browser.until(page -> page.find("#token-dialog").isDisplayed());
    shot(browser, "token-" + theme);
    browser.find("#token-value").sendKeys(Drifting.TOKEN, Keys.ENTER);
    browser.until(page -> page.find("#refusal-dialog").isDisplayed());
    shot(browser, "refusal-" + theme);
    browser.click("#refusal-dialog [data-close]");
    browser.untilText("#notices", "was refused");
    shot(browser, "notice-" + theme);
  }

  private void shot(Browser browser, String page, String name) throws Exception {
    browser.driver().get(page);
    browser.until(b -> b.script("return document.readyState").equals("complete"));
    shot(browser, name);
  }

  private void shot(Browser browser, String name) throws Exception {
    Files.write(folder.resolve(name + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }
}
