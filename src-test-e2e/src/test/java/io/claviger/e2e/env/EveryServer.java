package io.claviger.e2e.env;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs a class once over each server. The class has a field {@code @Parameter S3Server server}; a
 * static method with {@code BeforeParameterizedClassInvocation} may take the server as argument.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@EnumSource(S3Server.class)
public @interface EveryServer {}
