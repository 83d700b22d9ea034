/**
 * FLOE: parameters, header, sealing and opening of segments, sequential and random access.
 *
 * <p>Internal, not API. No I/O beyond the arrays it is given. May use: engine.
 */
@NullMarked
package io.claviger.floe;

import org.jspecify.annotations.NullMarked;
