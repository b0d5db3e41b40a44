package io.seqwarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.config.ConfigurationLoader;
import io.seqwarden.config.Loaded;
import io.seqwarden.testing.Certificates;
import io.seqwarden.testing.PostgresExtension;
import io.seqwarden.testing.PrivateServer;
import io.seqwarden.testing.TestDatabase;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on both sides: for those who call, and to PostgreSQL. */
@ExtendWith(PostgresExtension.class)
final class TlsTest {

  private static final String HERE = "DNS:localhost,IP:127.0.0.1";
  private static final Pattern EXPIRY =
      Pattern.compile("(?m)^seqwarden_http_certificate_expiry_timestamp_seconds (\\S+)$");

  private static final String TLS =
      "port = 0, anonymous-sync = true, tls { certificate = \"a.crt\", key = \"a.key\" }";

  @TempDir Path folder;

  private static String database(TestDatabase db) {
    return "app { url = \"%s?user=postgres\" }".formatted(db.jdbcUrl());
  }

  private static HttpResponse<String> send(SSLContext tls, HttpRequest request) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(tls)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest get(URI page, String path) {
    return HttpRequest.newBuilder(page.resolve(path)).timeout(Duration.ofSeconds(20)).build();
  }

  private static X509Certificate shown(HttpResponse<?> answer) {
    try {
      return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static BigInteger serial(HttpResponse<?> answer) {
    return shown(answer).getSerialNumber();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "rsa pkcs1", "ec", "ec sec1", "ed25519"})
  void servesByWhateverKeyOpensslWrites(String kind, TestDatabase db) throws Exception {
    Certificates made = new Certificates(folder);
    String key = made.key("a").toString();
    switch (kind.split(" ", -1)[0]) {
      case "rsa" -> made.selfSigned("a", HERE, "rsa:2048");
      case "ec" -> made.selfSigned("a", HERE, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
      default -> made.selfSigned("a", HERE, "ed25519");
    }
    if (kind.endsWith("pkcs1")) {
      made.openssl("rsa", "-traditional", "-in", key, "-out", key);
      assertThat(Files.readString(made.key("a"))).contains("BEGIN RSA PRIVATE KEY");
    }
    if (kind.endsWith("sec1")) {
      made.openssl("ec", "-in", key, "-out", key);
      assertThat(Files.readString(made.key("a"))).contains("BEGIN EC PRIVATE KEY");
    }
    try (RunningDaemon daemon = RunningDaemon.startWith(folder, TLS, database(db))) {
      assertThat(daemon.page().getScheme()).isEqualTo("https");
      HttpResponse<String> live = send(made.trusting("a"), get(daemon.page(), "/livez"));
      assertThat(live.statusCode()).isEqualTo(200);

      URI plain = URI.create(daemon.page().toString().replace("https", "http"));
      assertThatThrownBy(() -> send(made.trusting("a"), get(plain, "/livez")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void renewedCertificateIsShownAfterAReload(TestDatabase db) throws Exception {
    Certificates made = new Certificates(folder);
    made.selfSigned("a", HERE, "rsa:2048");
    made.selfSigned("renewed", HERE, "rsa:2048");
    Files.copy(made.certificate("a"), made.certificate("first"));
    SSLContext tls = made.trusting("first", "renewed");
    try (RunningDaemon daemon = RunningDaemon.startWith(folder, TLS, database(db))) {
      HttpRequest reload =
          HttpRequest.newBuilder(daemon.page().resolve("/-/reload"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      BigInteger first = serial(send(tls, get(daemon.page(), "/livez")));

      // Half of it was renewed: that is no certificate to change to.
      Files.copy(
          made.certificate("renewed"), made.certificate("a"), StandardCopyOption.REPLACE_EXISTING);
      HttpResponse<String> refused = send(tls, reload);
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("seqwarden.http.tls.key", "does not belong to");
      assertThat(serial(send(tls, get(daemon.page(), "/livez")))).isEqualTo(first);

      Files.copy(made.key("renewed"), made.key("a"), StandardCopyOption.REPLACE_EXISTING);
      HttpResponse<String> done = send(tls, reload);
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      assertThat(daemon.json(done).get("restart")).isEmpty();
      assertThat(serial(send(tls, get(daemon.page(), "/livez")))).isNotEqualTo(first);
      HttpResponse<String> metrics = send(tls, get(daemon.page(), "/metrics"));
      assertThat(EXPIRY.matcher(metrics.body()).results().map(found -> found.group(1)).toList())
          .as("expiry of what is shown, in seconds")
          .hasSize(1)
          .allMatch(
              seconds ->
                  Double.parseDouble(seconds) * 1e3
                      == shown(metrics).getNotAfter().toInstant().toEpochMilli());

      daemon.rewrite(RunningDaemon.OPEN, database(db));
      assertThat(daemon.json(send(tls, reload)).at("/restart/0").asText()).isEqualTo("http.tls");
    }
  }

  private String problems(String tls) throws IOException {
    Path file = folder.resolve("seqwarden.conf");
    Files.writeString(
        file,
        "seqwarden { http.tls { %s }, databases { app { url = \"jdbc:postgresql:app\" } } }"
            .formatted(tls));
    Loaded loaded = ConfigurationLoader.load(file);
    return loaded instanceof Loaded.Invalid invalid ? invalid.problems().toString() : "none";
  }

  @Test
  void filesThatDoNotServeAreToldApart() throws Exception {
    Certificates made = new Certificates(folder);
    made.selfSigned("a", HERE, "rsa:2048");
    made.selfSigned("b", HERE, "rsa:2048");
    made.selfSigned("c", HERE, "ed25519");
    made.openssl(
        "pkcs8",
        "-topk8",
        "-in",
        made.key("a").toString(),
        "-passout",
        "pass:geheim",
        "-out",
        made.key("locked").toString());

    assertThat(problems("certificate = a.crt, key = a.key")).isEqualTo("none");
    assertThat(problems("certificate = a.crt"))
        .contains("http.tls.certificate: is given and key is not; TLS needs both");
    assertThat(problems("key = a.key")).contains("http.tls.key: is given and certificate is not");
    assertThat(problems("certificate = none.crt, key = a.key"))
        .contains("http.tls.certificate: cannot read", "none.crt: no such file");
    assertThat(problems("certificate = a.crt, key = b.key"))
        .contains("http.tls.key: ", "b.key does not belong to the certificate in");
    assertThat(problems("certificate = a.crt, key = c.key"))
        .contains("c.key holds no RSA key, as the certificate has it");
    assertThat(problems("certificate = a.crt, key = locked.key"))
        .contains("locked.key is encrypted, and there is nobody to type its password");
    assertThat(problems("certificate = a.key, key = a.key"))
        .contains("a.key holds no certificate: expected PEM");
    assertThat(problems("certificate = a.crt, key = a.crt"))
        .contains("a.crt holds no private key: expected PEM");
    Files.writeString(
        made.key("torn"), "-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----\n");
    assertThat(problems("certificate = a.crt, key = torn.key"))
        .contains("http.tls.key: ", "torn.key holds a private key that cannot be read");
    assertThat(problems("certifcate = a.crt")).contains("did you mean certificate?");
  }

  private void chain(Certificates made, String... names) throws IOException {
    StringBuilder chain = new StringBuilder();
    for (String name : names) {
      chain.append(Files.readString(made.certificate(name)));
    }
    Files.writeString(folder.resolve("chain.crt"), chain);
  }

  @Test
  void chainThatTheJdkTakesAmissIsAProblemOfTheFile() throws Exception {
    Certificates made = new Certificates(folder);
    made.selfSigned("ca", "DNS:ca", "rsa:2048");
    made.selfSigned("stranger", "DNS:stranger", "rsa:2048");
    made.signed("a", HERE, "ca");
    String tls = "certificate = chain.crt, key = a.key";

    chain(made, "a", "ca");
    assertThat(problems(tls)).isEqualTo("none");
    chain(made, "a", "stranger", "ca");
    assertThat(problems(tls))
        .contains(
            "http.tls.certificate: ",
            "its certificate number 2, of CN=stranger, does not vouch for the one before it,"
                + " of CN=a");
    chain(made, "a", "ca", "ca");
    assertThat(problems(tls)).contains("its certificate number 3, of CN=ca, does not vouch");
  }

  /** One server that demands TLS, and a database of the configuration for each way to reach it. */
  @Test
  void serverThatDemandsTlsIsReachedAsTheUrlSays(TestDatabase db) throws Exception {
    Certificates made = new Certificates(folder);
    made.selfSigned("ca", "DNS:ca", "rsa:2048");
    made.selfSigned("stranger", "DNS:ca", "rsa:2048");
    made.signed("server", "DNS:localhost", "ca");
    try (PrivateServer server =
        PrivateServer.start(
            db.major(),
            Map.of(
                "ssl", "on",
                "ssl_cert_file", made.certificate("server").toString(),
                "ssl_key_file", made.key("server").toString()))) {
      demandTls(server);
      String databases =
          way("none", server, "127.0.0.1", "sslmode=disable")
              + way("require", server, "127.0.0.1", "sslmode=require")
              + way("full", server, "localhost", "sslmode=verify-full&sslrootcert=ca.crt")
              + way("ca", server, "127.0.0.1", "sslmode=verify-ca&sslrootcert=ca.crt")
              + way("name", server, "127.0.0.1", "sslmode=verify-full&sslrootcert=ca.crt")
              + way("root", server, "localhost", "sslmode=verify-full&sslrootcert=stranger.crt");
      try (RunningDaemon daemon = RunningDaemon.start(folder, databases)) {
        Map<String, String> expected =
            Map.of(
                "none", "down", "require", "up", "full", "up", "ca", "up", "name", "down", "root",
                "down");
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(ways(daemon)).isEqualTo(new TreeMap<>(expected)));
        assertThat(problem(daemon, "none")).contains("no encryption");
        assertThat(problem(daemon, "name")).contains("127.0.0.1", "verif");
        assertThat(problem(daemon, "root")).containsIgnoringCase("PKIX path");
      }
    }
  }

  private String way(String name, PrivateServer server, String host, String arguments) {
    String absolute = arguments.replaceAll("sslrootcert=", "sslrootcert=" + folder + "/");
    return "%s { url = \"jdbc:postgresql://%s:%d/postgres?user=postgres&%s\", every = 1s }\n"
        .formatted(name, host, server.port(), absolute);
  }

  private static void demandTls(PrivateServer server) throws Exception {
    Path rules;
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var row = statement.executeQuery("show hba_file")) {
      row.next();
      rules = Path.of(row.getString(1));
    }
    Files.writeString(rules, "hostssl all all all trust\n");
    server.execute("postgres", "select pg_catalog.pg_reload_conf()");
  }

  /** Each database's fate, once it is known of all. */
  private static Map<String, String> ways(RunningDaemon daemon) {
    Map<String, String> ways = new TreeMap<>();
    for (JsonNode one : daemon.json("/api/v1/databases").get("databases")) {
      String fate = one.get("up").asBoolean() ? "up" : "down";
      boolean known = fate.equals("up") || !one.get("problem").isNull();
      ways.put(one.get("name").asText(), known ? fate : "unknown");
    }
    return ways;
  }

  private static String problem(RunningDaemon daemon, String database) {
    for (JsonNode one : daemon.json("/api/v1/databases").get("databases")) {
      if (one.get("name").asText().equals(database)) {
        return one.get("problem").asText();
      }
    }
    throw new AssertionError(database);
  }
}
