package io.seqwarden.drift;

/**
 * Where a sequence stands: the two fields of its relation.
 *
 * @param lastValue its {@code last_value}
 * @param isCalled its {@code is_called}: false means that {@code lastValue} itself comes next
 */
public record Position(long lastValue, boolean isCalled) {}
