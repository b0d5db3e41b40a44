package io.seqwarden.repair;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One short transaction of an installation or its removal.
 *
 * @param key what a failed try is remembered by, so that the next one can wait
 * @param subject what it is about, for messages: {@code the guard on public.ticket}
 * @param statements SQL, run in order in one transaction
 * @param need what the role needs for it, for the message when a privilege is missing
 * @param tree the topmost table of those that one statement of an application may lock together
 *     with this step's; empty where the step locks no table
 */
record Step(
    String key, String subject, List<String> statements, String need, Optional<String> tree) {

  /** A step that locks no table. */
  Step(String key, String subject, List<String> statements, String need) {
    this(key, subject, statements, need, Optional.empty());
  }

  Step {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(subject, "subject");
    statements = List.copyOf(statements);
    Objects.requireNonNull(need, "need");
    Objects.requireNonNull(tree, "tree");
  }
}
