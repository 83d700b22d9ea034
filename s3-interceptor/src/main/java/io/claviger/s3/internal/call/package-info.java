/**
 * One API call: {@code Exchange}, which every operation extends, its {@code Attempt}s, the table of
 * operations, the guard of what is sent, settings, encryption parameters of requests, and the
 * requests besides the caller's. May use: body and below.
 */
@NullMarked
package io.claviger.s3.internal.call;

import org.jspecify.annotations.NullMarked;
