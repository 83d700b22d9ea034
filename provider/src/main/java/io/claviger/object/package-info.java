/**
 * What callers name of the object format: how names are bound, and why stored bytes were refused.
 * The layouts themselves ({@code io.claviger.format}) are open to our own modules only.
 *
 * <p>Uses no other package of Claviger.
 */
@NullMarked
package io.claviger.object;

import org.jspecify.annotations.NullMarked;
