/**
 * A Spark plug-in that looks, on the driver and on every executor and before any task, whether what
 * is stored will be sealed, and at each query whether damaged files would be skipped. It stores and
 * reads nothing itself.
 *
 * <p>May use claviger-hadoop and the drop-in; of Spark the plug-in interfaces, and in one file each
 * the SQL session and the listener bus.
 */
@NullMarked
package io.claviger.spark;

import org.jspecify.annotations.NullMarked;
