/** Keys in AWS KMS, over LocalStack and moto. */
package io.claviger.e2e.awskms;
