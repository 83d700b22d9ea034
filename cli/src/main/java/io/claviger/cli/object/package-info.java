/**
 * Objects in a store: put, read, copied, listed, looked at. The only package but the doctor's that
 * knows the AWS SDK; uses the shell, knows no other subject.
 */
@NullMarked
package io.claviger.cli.object;

import org.jspecify.annotations.NullMarked;
