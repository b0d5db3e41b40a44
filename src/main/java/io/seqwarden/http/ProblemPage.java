package io.seqwarden.http;

/**
 * What people see instead of a page. Public for the template alone.
 *
 * @param shell what stands around it
 * @param title what kind of problem it is
 * @param detail the cause and the next step
 * @param asksForToken whether the token would help
 */
public record ProblemPage(
    StatusPage.Shell shell, String title, String detail, boolean asksForToken) {}
