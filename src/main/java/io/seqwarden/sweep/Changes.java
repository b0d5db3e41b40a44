package io.seqwarden.sweep;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a new configuration changes about the watched databases, by name, in its order.
 *
 * @param added watched from now on
 * @param changed rebuilt, since one of their keys or a secret differs
 * @param removed no longer watched
 * @param unchanged left as they are, with their connections and all that is known of them
 */
public record Changes(
    List<String> added, List<String> changed, List<String> removed, List<String> unchanged) {

  public Changes {
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    removed = List.copyOf(removed);
    unchanged = List.copyOf(unchanged);
  }

  /** Compares what is watched with what is to be. */
  static Changes between(Map<String, DatabaseSettings> now, List<DatabaseSettings> wanted) {
    List<String> names = wanted.stream().map(DatabaseSettings::name).toList();
    List<DatabaseSettings> kept =
        wanted.stream().filter(one -> now.containsKey(one.name())).toList();
    return new Changes(
        names.stream().filter(name -> !now.containsKey(name)).toList(),
        kept.stream()
            .filter(one -> !one.equals(now.get(one.name())))
            .map(DatabaseSettings::name)
            .toList(),
        now.keySet().stream().filter(name -> !names.contains(name)).toList(),
        kept.stream()
            .filter(one -> Objects.equals(one, now.get(one.name())))
            .map(DatabaseSettings::name)
            .toList());
  }
}
