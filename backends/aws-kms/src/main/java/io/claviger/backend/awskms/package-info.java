/**
 * Keys that stay in AWS KMS: the backend of type {@code AWS}, found by {@code ServiceLoader}.
 *
 * <p>{@code AwsKeyId} is the only file that knows how KMS names keys, {@code AwsErrors} the table
 * of its refusals, {@code AwsCalls} the way of every call. May use {@code io.claviger.kms} and
 * {@code io.claviger.config}, and of the AWS SDK the module kms alone.
 */
@NullMarked
package io.claviger.backend.awskms;

import org.jspecify.annotations.NullMarked;
