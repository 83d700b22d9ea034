/**
 * Bodies on their way: streams and publishers that seal, open, cut and check what passes, files of
 * the CRT-based client, and the threads for what blocks. Knows no call. May use: wire and below.
 */
@NullMarked
package io.claviger.s3.internal.body;

import org.jspecify.annotations.NullMarked;
