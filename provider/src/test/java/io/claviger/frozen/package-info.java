/**
 * Objects and messages that versions of the project wrote, kept under {@code
 * src/test/resources/frozen}. Later versions must read them all; a file there is never changed.
 */
package io.claviger.frozen;
