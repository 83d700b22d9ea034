/** An application of Spring Boot and Spring Cloud AWS whose objects are sealed. */
package io.claviger.examples.spring;
