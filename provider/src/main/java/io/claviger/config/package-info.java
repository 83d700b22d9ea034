/**
 * Typed configuration: code, JSON of the admin request, files, environment.
 *
 * <p>API. Validation happens here, at configuration time. May use: kms.
 */
@NullMarked
package io.claviger.config;

import org.jspecify.annotations.NullMarked;
