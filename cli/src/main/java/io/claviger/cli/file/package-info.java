/** Files and pipes sealed as KMSEnvelope messages. Uses the shell; knows nothing of S3. */
@NullMarked
package io.claviger.cli.file;

import org.jspecify.annotations.NullMarked;
