/**
 * What every command has: streams and terminal, result as text or JSON, questions, passphrases,
 * progress, exit statuses, the key service of the configuration, and files that appear whole or not
 * at all. Uses the provider's public API and nothing of the AWS SDK; commands use this package,
 * never the other way round.
 */
@NullMarked
package io.claviger.cli.shell;

import org.jspecify.annotations.NullMarked;
