package io.seqwarden.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One block of the file with the defaults that stand behind it, nearest first. It remembers which
 * keys it was asked for: those are the ones that exist, and {@link #reportUnknownKeys} reports all
 * others.
 */
final class Block {
  private final List<Layer> layers;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<String> knownBelow = new ArrayList<>();

  private Block(List<Layer> layers, Problems problems) {
    this.layers = List.copyOf(layers);
    this.problems = problems;
  }

  /** A block behind which nothing stands. */
  static Block alone(String path, Place place, ConfigObject object, Problems problems) {
    return new Block(List.of(new Layer(path, place, object, true)), problems);
  }

  /** This block with another one's layers behind its own. */
  Block over(Block defaults) {
    List<Layer> both = new ArrayList<>(layers);
    both.addAll(defaults.layers);
    return new Block(both, problems);
  }

  /** This block as defaults that are ours: what they hold is known and is not checked. */
  Block trusted() {
    return new Block(
        layers.stream().map(l -> new Layer(l.path, l.place, l.object, false)).toList(), problems);
  }

  /** The nearest value of {@code key}, null included; empty where no layer has one. */
  Optional<Setting> find(String key) {
    known.add(key);
    for (int depth = 0; depth < layers.size(); depth++) {
      Layer layer = layers.get(depth);
      @Nullable ConfigValue value = layer.object.get(key);
      if (value != null) {
        return Optional.of(setting(layer, key, value, depth));
      }
    }
    return Optional.empty();
  }

  /** The nearest value of {@code key}; empty where that is null or missing. */
  Optional<Setting> optional(String key) {
    return find(key).filter(setting -> !setting.isNull());
  }

  /** The block at {@code key} in every layer that has one. */
  Block child(String key) {
    known.add(key);
    List<Layer> below = new ArrayList<>();
    for (int depth = 0; depth < layers.size(); depth++) {
      Layer layer = layers.get(depth);
      @Nullable ConfigValue value = layer.object.get(key);
      if (value instanceof ConfigObject object) {
        below.add(
            new Layer(
                layer.pathOf(key), layer.place.within(object.origin()), object, layer.checked));
      } else if (value != null && value.valueType() != ConfigValueType.NULL) {
        setting(layer, key, value, depth).wrong("a block { ... }");
      }
    }
    if (below.isEmpty()) {
      Layer own = layers.get(0);
      ConfigObject nothing = ConfigFactory.empty().root();
      below.add(new Layer(own.pathOf(key), own.place, nothing, false));
    }
    return new Block(below, problems);
  }

  /** The keys of the block itself, in the order in which they stand in the file. */
  List<String> keys() {
    Layer own = layers.get(0);
    return own.object.keySet().stream()
        .sorted(
            Comparator.comparing(
                    (String key) -> own.place.within(valueOf(own, key).origin()).line())
                .thenComparing(key -> key))
        .toList();
  }

  /** Tells a typing error's message that {@code path} exists, though deeper than this block. */
  void knowsBelow(Block child, String prefix) {
    child.known.forEach(key -> knownBelow.add(prefix + "." + key));
  }

  /** Reports every key that nobody asked for. */
  void reportUnknownKeys() {
    for (Layer layer : layers) {
      if (layer.checked) {
        layer.object.keySet().stream()
            .filter(key -> !known.contains(key))
            .forEach(key -> reportUnknown(layer, key));
      }
    }
  }

  /** Notes a problem with a key that may be missing. */
  void problem(String key, String message) {
    problems.add(layers.get(0).place, layers.get(0).pathOf(key), message);
  }

  private Setting setting(Layer layer, String key, ConfigValue value, int depth) {
    Place at = layer.place.within(value.origin());
    return new Setting(layer.pathOf(key), at, value, depth, !layer.checked, problems);
  }

  private void reportUnknown(Layer layer, String key) {
    String message =
        Suggestion.of(key, known, knownBelow)
            .map(near -> "unknown key; did you mean " + near + "?")
            .orElse("unknown key; known here are " + String.join(", ", known));
    problems.add(layer.place.within(valueOf(layer, key).origin()), layer.pathOf(key), message);
  }

  private static ConfigValue valueOf(Layer layer, String key) {
    return Objects.requireNonNull(layer.object.get(key), key);
  }

  /**
   * One block as it stands in one place.
   *
   * @param checked whether unknown keys in it are somebody's typing errors
   */
  private record Layer(String path, Place place, ConfigObject object, boolean checked) {
    String pathOf(String key) {
      String quoted = ConfigUtil.joinPath(key);
      return path.isEmpty() ? quoted : path + "." + quoted;
    }
  }
}
