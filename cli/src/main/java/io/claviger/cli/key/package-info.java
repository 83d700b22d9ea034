/** Keys: their states, the key folder as a whole. Uses the shell; knows nothing of S3. */
@NullMarked
package io.claviger.cli.key;

import org.jspecify.annotations.NullMarked;
