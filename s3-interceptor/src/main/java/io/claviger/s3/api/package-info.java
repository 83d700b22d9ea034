/**
 * What callers say and what they meet: the values of options, the attributes of single requests,
 * and {@link io.claviger.s3.api.ClavigerS3Exception}. Uses nothing else of the interceptor but the
 * naming of attributes, so that every package may use it.
 */
@NullMarked
package io.claviger.s3.api;

import org.jspecify.annotations.NullMarked;
