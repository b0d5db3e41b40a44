package io.seqwarden.testing;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Repeats a test of {@link EveryMajor} for each configured major. */
final class EveryMajorProvider implements TestTemplateInvocationContextProvider {

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), EveryMajor.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    boolean ends =
        AnnotationSupport.findAnnotation(context.getTestMethod(), EveryMajor.class)
            .map(EveryMajor::ends)
            .orElse(false);
    List<Integer> majors = PostgresServers.majors();
    return majors.stream()
        .filter(
            major ->
                !ends || major.equals(majors.get(0)) || major.equals(majors.get(majors.size() - 1)))
        .map(OnMajor::new);
  }

  private record OnMajor(int major) implements TestTemplateInvocationContext {

    @Override
    public String getDisplayName(int invocationIndex) {
      return "PostgreSQL " + major;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of((BeforeEachCallback) context -> PostgresExtension.useMajor(context, major));
    }
  }
}
