package io.seqwarden.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.support.ui.Select;

/** What a person does on the pages, in a real browser, down to the database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesInABrowserTest {

  private Drifting drifting;
  private Browser browser;
  private URI page;

  @BeforeAll
  void start(@TempDir Path files, @TempDir Path profile) throws Exception {
    browser = Browser.start(profile);
    drifting = Drifting.start(files);
    page = drifting.daemon.page();
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (drifting != null) {
      drifting.close();
    }
  }

  /** A page that is loaded anew has no token. */
  @BeforeEach
  void load() {
    browser.open(page);
  }

  @AfterEach
  void nothingWentWrongUnseen() {
    assertThat(browser.consoleErrors()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .allMatch(address -> address.startsWith(page.toString()));
    assertThat(browser.script("return document.cookie + localStorage.length")).isEqualTo("0");
    assertThat(browser.script("return JSON.stringify(sessionStorage)"))
        .doesNotContain(Drifting.TOKEN);
  }

  private static String button(String sequence) {
    return "button[data-subject='public." + sequence + "']";
  }

  private void giveToken(String token) {
    browser.until(b -> b.find("#token-dialog").isDisplayed());
    browser.find("#token-value").sendKeys(token, Keys.ENTER);
  }

  private void openSequence(String sequence) {
    browser.open(page.resolve("/databases/app/sequences/public." + sequence));
  }

  @Test
  void syncAdvancesTheSequenceAndAsksForTheTokenOnce() throws Exception {
    drifting.app.execute("insert into ticket select generate_series(41, 60)");

    browser.click(button("ticket_id_seq"));
    giveToken(Drifting.TOKEN);
    browser.untilText("#notices", "public.ticket_id_seq was advanced from 40 to 60.");

    assertThat(drifting.app.one("select last_value from ticket_id_seq")).isEqualTo("60");
    browser.click(button("ticket_id_seq"));
    browser.untilText("#notices", "public.ticket_id_seq is in sync; nothing was to be done.");
    assertThat(browser.find("#token-dialog").isDisplayed()).isFalse();
  }

  @Test
  void checkNowSweepsAndTheRowsFollow() throws Exception {
    drifting.shop.execute("insert into customer select max(id) + 5 from customer");
    String mark = drifting.shop.one("select max(id) from customer");

    browser.click("button[data-subject='shop']");
    giveToken(Drifting.TOKEN);

    browser.untilText("#notices", "shop was checked: 1 behind.");
    browser.untilText("[data-key='shop/public.customer_id_seq'] td[data-label='High water']", mark);
  }

  @Test
  void observedSequenceIsCheckedAndLeftAlone() throws Exception {
    assertThat(browser.find(button("customer_id_seq")).getText()).isEqualTo("Check now");
    browser.click(button("customer_id_seq"));
    giveToken(Drifting.TOKEN);

    browser.untilText("#notices", "public.customer_id_seq is behind:");
    assertThat(drifting.shop.one("select is_called from customer_id_seq")).isEqualTo("f");
  }

  @Test
  void refusalExplainsItselfAndAsksBeforeForcing() throws Exception {
    browser.click(button("frozen_id_seq"));
    giveToken(Drifting.TOKEN);
    browser.until(b -> b.find("#refusal-dialog").isDisplayed());

    assertThat(browser.find("#refusal-why").getText())
        .contains("is taken already up to 25", "heal = false");
    assertThat(browser.find("#refusal-meaning").getDomProperty("href"))
        .endsWith("/warnings#policy");
    browser.click("#refusal-dialog [data-close]");
    browser.untilText("#notices", "public.frozen_id_seq was refused");
    assertThat(drifting.app.one("select is_called from frozen_id_seq")).isEqualTo("f");

    browser.click(button("frozen_id_seq"));
    browser.click("#refusal-go");
    browser.untilText("#notices", "public.frozen_id_seq was advanced from 1 to 25.");
    assertThat(drifting.app.one("select last_value from frozen_id_seq")).isEqualTo("25");
  }

  @Test
  void whereNoIdRemainsForcingIsNotOffered() {
    browser.click(button("meter_id_seq"));
    giveToken(Drifting.TOKEN);
    browser.until(b -> b.find("#refusal-dialog").isDisplayed());

    assertThat(browser.find("#refusal-force").getText()).contains("no id would remain");
    assertThat(browser.find("#refusal-go").isDisplayed()).isFalse();
    browser.find("#refusal-dialog [data-close]").sendKeys(Keys.ESCAPE);
    browser.until(b -> !b.find("#refusal-dialog").isDisplayed());
  }

  @Test
  void outlierIsFollowedOnlyAfterAQuestion() throws Exception {
    openSequence("typed_id_seq");
    browser.click("button[data-ask]");
    browser.untilText("#refusal-why", "An id in public.typed.id lies so far ahead");
    assertThat(drifting.app.one("select last_value from typed_id_seq")).isEqualTo("1");

    browser.click("#refusal-go");
    giveToken(Drifting.TOKEN);
    browser.untilText("#notices", "public.typed_id_seq was advanced from 1 to 2,000,000,000.");
    assertThat(drifting.app.one("select last_value from typed_id_seq")).isEqualTo("2000000000");
  }

  @Test
  void wrongTokenIsAskedForAgainAndForgotten() throws Exception {
    drifting.app.execute("insert into moved values (2), (3)");

    browser.click(button("moved_id_seq"));
    giveToken("wrong");
    browser.untilText("#token-wrong", "The token is not the one in http.token-file.");
    assertThat(browser.find("#token-value").getDomProperty("value")).isEmpty();
    assertThat(drifting.app.one("select last_value from moved_id_seq")).isEqualTo("1");

    giveToken(Drifting.TOKEN);
    browser.untilText("#notices", "public.moved_id_seq was advanced from 1 to 3.");
  }

  @Test
  void filtersNarrowAndStandInTheAddress() {
    new Select(browser.find("#filter-state")).selectByValue("unreadable");
    browser.untilText("#total", "1 sequence,");
    assertThat(browser.driver().getCurrentUrl()).isEqualTo(page + "?state=unreadable");
    assertThat(browser.texts("tbody[data-key^='app/'] .state")).containsExactly("! unreadable");

    browser.find("#filter-q").sendKeys("nothing");
    browser.untilText("#page", "Nothing matches.");
    assertThat(browser.driver().getCurrentUrl()).isEqualTo(page + "?state=unreadable&q=nothing");
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("filter-q");

    browser.click("a.clear");
    browser.untilText("#total", "10 sequences,");
    assertThat(browser.find("#filter-q").getDomProperty("value")).isEmpty();
    browser.driver().navigate().back();
    browser.untilText("#page", "Nothing matches.");
    assertThat(browser.find("#filter-state").getDomProperty("value")).isEqualTo("unreadable");
  }

  @Test
  void everyFilterIsWhatTheAddressSays() {
    browser.open(page.resolve("/?database=app&warning=unowned&q=code"));

    assertThat(browser.texts("a.name[href*='/sequences/']")).contains("public.code");
    assertThat(
            List.of(
                browser.find("#filter-database").getDomProperty("value"),
                browser.find("#filter-warning").getDomProperty("value"),
                browser.find("#filter-q").getDomProperty("value")))
        .containsExactly("app", "unowned", "code");
  }

  @Test
  void injectedNameIsText() {
    assertThat(browser.texts("tbody[data-key^='app/'] a.name").toString())
        .contains("<img src=x onerror=document.title=1");
    assertThat(browser.all("img")).isEmpty();

    browser.click("a.name[href*='img%20src']");
    browser.untilText("h1", "<img src=x onerror=document.title=1");
    assertThat(browser.all("img")).isEmpty();
    assertThat(browser.driver().getTitle()).contains("<img src=x");

    browser.click("button[data-post]");
    giveToken(Drifting.TOKEN);
    browser.untilText("#notices", "<img src=x");
    assertThat(browser.all("img")).isEmpty();
  }

  @Test
  void sequenceHasAPageWithItsHistoryAndWhatItsWarningsMean() {
    browser.click("a.name[href$='public.meter_id_seq']");
    browser.untilText("h1", "public.meter_id_seq is refused");

    assertThat(browser.driver().getCurrentUrl())
        .isEqualTo(page + "databases/app/sequences/public.meter_id_seq");
    assertThat(browser.texts(".meaning h3")).containsExactly("exhausted", "exhausting");
    assertThat(browser.find(".meaning").getText()).contains("Widen the column");
    browser.until(b -> !b.all("#plot canvas").isEmpty());
    assertThat(browser.find("#plot").getDomAttribute("data-history")).contains("32767");
    assertThat(browser.find("section[aria-labelledby='events']").getText())
        .contains("refused: exhausted", "sweep", "postgres", "seqwarden");
    browser.click(".meaning h3 a");
    browser.untilText("h1", "Warnings and reasons");
    assertThat(browser.driver().getCurrentUrl()).endsWith("/warnings#exhausted");
  }

  @Test
  void refreshChangesOnlyWhatDiffers() throws Exception {
    openSequence("invoice_id_seq");
    browser.click("details summary");
    browser.script(
        "document.querySelector('#plot canvas').kept = true;"
            + "document.querySelector('h1').kept = true;"
            + "document.querySelector('summary').focus()");
    drifting.app.execute("insert into invoice select from generate_series(1, 6)");
    drifting.sweep("app");

    browser.untilText("dl.numbers", drifting.app.one("select max(id) + 1 from invoice"));
    assertThat(
            browser.script(
                "return [document.querySelector('#plot canvas').kept,"
                    + " document.querySelector('h1').kept,"
                    + " document.querySelector('details').open,"
                    + " document.activeElement.tagName].join()"))
        .isEqualTo("true,true,true,SUMMARY");
    assertThat(browser.find("#plot").getDomAttribute("data-history"))
        .contains(drifting.app.one("select max(id) from invoice"));
  }

  @Test
  void tableThatIsTooWideScrollsAndNotThePage() {
    Dimension before = browser.driver().manage().window().getSize();
    try {
      browser.driver().manage().window().setSize(new Dimension(820, 700));
      browser.open(page);

      assertThat(
              browser.script(
                  "return [...document.querySelectorAll('.scrolls')]"
                      + ".some(one => one.scrollWidth > one.clientWidth)"))
          .isEqualTo("true");
      assertThat(
              browser.script(
                  "return document.documentElement.scrollWidth"
                      + " <= document.documentElement.clientWidth"))
          .isEqualTo("true");
    } finally {
      browser.driver().manage().window().setSize(before);
    }
  }

  @Test
  void keyboardAloneSyncs() throws Exception {
    drifting.app.execute("insert into keyed values (2), (3), (4)");
    assertThat(focusAfterTab()).isEqualTo("Skip to the content");
    browser.script("document.querySelector(arguments[0]).focus()", button("keyed_id_seq"));

    browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
    browser.until(b -> b.find("#token-dialog").isDisplayed());
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("token-value");
    browser.driver().switchTo().activeElement().sendKeys(Drifting.TOKEN, Keys.ENTER);
    browser.untilText("#notices", "public.keyed_id_seq was advanced from 1 to 4.");
    assertThat(browser.script("return document.activeElement.dataset.subject"))
        .isEqualTo("public.keyed_id_seq");
  }

  @Test
  void pageStandsStillWhereItIsTold() {
    browser.click("#live");
    assertThat(browser.find("#live").getDomAttribute("aria-pressed")).isEqualTo("false");
    browser.untilText("#announcer", "The page stands still.");
    browser.click("#live");
    browser.untilText("#announcer", "The page refreshes itself.");
  }

  private String focusAfterTab() {
    browser.find("body").sendKeys(Keys.TAB);
    return browser.script("return document.activeElement.textContent");
  }

  @Test
  void readerFindsLandmarksHeadingsInOrderAndNamedTables() {
    for (String path : List.of("/", "/warnings", "/databases/app/sequences/public.meter_id_seq")) {
      browser.open(page.resolve(path));
      assertThat(browser.all("header nav[aria-label], main, [aria-live=polite], [role=status]"))
          .as(path)
          .hasSize(4);
      assertThat(browser.all("table:not(.u-legend):not(:has(> caption))")).as(path).isEmpty();
      assertThat(browser.all("input:not([id]), button:empty")).as(path).isEmpty();
      assertThat(headingLevels()).as(path).startsWith("1").doesNotContainPattern("1[3-6]|2[4-6]");
    }
  }

  private String headingLevels() {
    return browser.script(
        "return [...document.querySelectorAll('main :is(h1,h2,h3,h4)')]"
            + ".map(heading => heading.tagName[1]).join('')");
  }
}
