/** A backend of one's own: keys in a PKCS #12 file that somebody else maintains with keytool. */
@NullMarked
package io.claviger.examples.backend;

import org.jspecify.annotations.NullMarked;
