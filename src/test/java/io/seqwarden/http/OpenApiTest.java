package io.seqwarden.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.seqwarden.drift.Event;
import io.seqwarden.drift.Reason;
import io.seqwarden.drift.State;
import io.seqwarden.drift.Warning;
import java.lang.reflect.RecordComponent;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The description is written by hand; this holds it to what the code does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiTest {

  private final TestServer server = new TestServer(TestServer.OPEN);
  private final JsonNode description = TestServer.json(server.get("/openapi.json"));

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void describesEveryRouteAndNoOther() {
    Set<String> served = new TreeSet<>();
    server
        .server()
        .routes()
        .forEach(route -> served.add(Text.lower(route.method().name()) + " " + route.path()));
    Set<String> described = new TreeSet<>();
    description
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            described.add(method + " " + path.getKey());
                          }
                        }));

    assertThat(described).isEqualTo(served);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        FindingView.class,
        FindingView.Column.class,
        ReasonView.class,
        EventView.class,
        DatabaseView.class,
        SyncView.class,
        SweepView.class,
        Reload.Outcome.Applied.class,
        Reload.Fault.class,
        ReadRoutes.DatabasesView.class,
        ReadRoutes.FindingsView.class,
        ReadRoutes.EventsView.class,
      })
  void describesEveryPropertyOfAView(Class<?> view) {
    JsonNode schema = description.at("/components/schemas/" + view.getSimpleName());
    List<String> components =
        Arrays.stream(view.getRecordComponents()).map(RecordComponent::getName).toList();

    assertThat(fieldNames(schema.get("properties"))).containsExactlyElementsOf(components);
    if (!view.equals(SyncView.class)) {
      assertThat(texts(schema.get("required"))).containsExactlyElementsOf(components);
    }
  }

  @Test
  void knowsEveryWord() {
    assertThat(enumOf("/State")).containsExactlyElementsOf(words(State.values(), State::word));
    assertThat(enumOf("/Warning"))
        .containsExactlyElementsOf(words(Warning.values(), Warning::word));
    assertThat(enumOf("/ReasonView/properties/code"))
        .containsExactlyElementsOf(words(Reason.Code.values(), Reason.Code::word));
    assertThat(enumOf("/EventView/properties/source"))
        .containsExactlyElementsOf(words(Event.Source.values(), Event.Source::word));
    assertThat(fieldNames(description.at("/components/schemas/Counts/properties")))
        .containsExactlyElementsOf(words(State.values(), State::word));
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = description.findValuesAsText("$ref");

    assertThat(references).isNotEmpty();
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(description.at(reference.substring(1)).isMissingNode()).isFalse());
  }

  @Test
  void everyProblemMemberIsDescribed() {
    assertThat(fieldNames(description.at("/components/schemas/Problem/properties")))
        .contains("type", "title", "status", "detail", "parameter", "incident", "reason");
  }

  @Test
  void clientThatHasItIsToldSo() {
    HttpResponse<String> first = server.get("/openapi.json");
    String etag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> second = server.get("/openapi.json", "If-None-Match", etag);

    assertThat(first.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
  }

  private List<String> enumOf(String schema) {
    return texts(description.at("/components/schemas" + schema + "/enum"));
  }

  private static <T> List<String> words(T[] values, java.util.function.Function<T, String> word) {
    return Stream.of(values).map(word).toList();
  }

  private static List<String> fieldNames(JsonNode object) {
    return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
