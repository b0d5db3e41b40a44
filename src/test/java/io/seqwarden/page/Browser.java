package io.seqwarden.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium without a window, with what a test of a page asks of it. */
final class Browser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ChromeDriver driver;
  private final ObjectMapper json = new ObjectMapper();

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts one, or skips the test where there is none. */
  static Browser start(Path profile, String... arguments) {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "skipped: there is no /usr/bin/chromium with /usr/bin/chromedriver here, so that the pages"
            + " were tried in no browser. Debian has them as chromium and chromium-driver.");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--force-prefers-reduced-motion",
        "--window-size=1400,1000",
        "--user-data-dir=" + profile);
    if (System.getProperty("user.name").equals("root")) {
      // Chromium's own sandbox refuses to be started by root.
      options.addArguments("--no-sandbox");
    }
    options.addArguments(arguments);
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File(DRIVER.toString()))
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  ChromeDriver driver() {
    return driver;
  }

  void open(URI page) {
    driver.get(page.toString());
  }

  WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** The text of each element that is there, again where the page changed meanwhile. */
  List<String> texts(String css) {
    return until(page -> page.all(css).stream().map(WebElement::getText).toList());
  }

  /** Waits until {@code condition} gives something else than null and false. */
  <T> T until(Function<Browser, T> condition) {
    return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
        .ignoring(StaleElementReferenceException.class)
        .until(ignored -> condition.apply(this));
  }

  /** Waits until {@code css} shows a text that holds {@code part}. */
  void untilText(String css, String part) {
    until(page -> page.all(css).stream().anyMatch(element -> element.getText().contains(part)));
  }

  /** Waits until {@code css} is shown, and clicks it. */
  void click(String css) {
    until(
        page -> {
          WebElement element = page.find(css);
          boolean ready = element.isDisplayed() && element.isEnabled();
          if (ready) {
            element.click();
          }
          return ready;
        });
  }

  /** What {@code script} returns, as text. */
  String script(String script, Object... arguments) {
    return String.valueOf(driver.executeScript(script, arguments));
  }

  /** What was written to the console since the last look, answers that are no success left out. */
  List<String> consoleErrors() {
    return driver.manage().logs().get("browser").getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains("Failed to load resource: the server responded"))
        .toList();
  }

  /** The addresses that were asked for over a network since the last look. */
  List<String> requests() {
    List<String> requests = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get("performance").getAll()) {
      JsonNode message = parsed(entry.getMessage()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        String address = message.at("/params/request/url").asText();
        if (!address.startsWith("data:") && !address.startsWith("chrome:")) {
          requests.add(address);
        }
      }
    }
    return requests;
  }

  private JsonNode parsed(String text) {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
