package io.seqwarden.http;

/**
 * The page of what warnings and reasons mean. Public for the template alone.
 *
 * @param shell what stands around it
 * @param html our own text
 */
public record WarningsPage(StatusPage.Shell shell, String html) {}
