/**
 * The command line {@code claviger}: the root command, its global options, help texts, and how
 * failures become one sentence and an exit status. Commands are in the packages below, one for each
 * subject; they know the shell and not one another.
 */
@NullMarked
package io.claviger.cli;

import org.jspecify.annotations.NullMarked;
