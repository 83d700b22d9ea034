package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.internal.sdk.Attributes;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** The drop-in does at every hook what the interceptor does. */
class CallHooksTest {
  /** How a call begins is all in which they differ. */
  private static final Set<String> BEGINNING = Set.of("beforeExecution", "modifyRequest");

  @Test
  void everyHookOfTheSdkIsTheSameInBoth() throws Exception {
    Set<String> compared = new TreeSet<>();
    for (Method hook : ExecutionInterceptor.class.getMethods()) {
      if (!BEGINNING.contains(hook.getName())) {
        assertThat(of(ClavigerDropIn.class, hook))
            .as(hook.getName())
            .isEqualTo(of(ClavigerInterceptor.class, hook));
        compared.add(hook.getName());
      }
    }
    assertThat(compared).contains("onExecutionFailure", "modifyException", "afterUnmarshalling");
  }

  private static Method of(Class<?> type, Method hook) throws NoSuchMethodException {
    return type.getMethod(hook.getName(), hook.getParameterTypes());
  }

  @Test
  void nothingElseIsDeclaredAsAHook() {
    for (Class<?> type : Set.of(ClavigerDropIn.class, ClavigerInterceptor.class)) {
      Set<String> hooks = new TreeSet<>();
      for (Method hook : ExecutionInterceptor.class.getMethods()) {
        Arrays.stream(type.getDeclaredMethods())
            .filter(m -> m.getName().equals(hook.getName()))
            .forEach(m -> hooks.add(m.getName()));
      }
      assertThat(BEGINNING).as(type.getName()).containsAll(hooks);
    }
  }

  @Test
  void aSecondCopyGetsAttributesOfItsOwn() {
    ExecutionAttribute<Boolean> first = Attributes.named("io.claviger.test.Copy");
    ExecutionAttribute<Boolean> second = Attributes.named("io.claviger.test.Copy");
    ExecutionAttribute<Boolean> third = Attributes.named("io.claviger.test.Copy");
    ExecutionAttribute<Boolean> other = Attributes.named("io.claviger.test.CopyOfAnother");
    assertThat(second.toString()).isEqualTo("io.claviger.test.Copy#2");
    assertThat(third.toString()).isEqualTo("io.claviger.test.Copy#3");
    ExecutionAttributes attributes = new ExecutionAttributes();
    attributes.putAttribute(other, true);
    attributes.putAttribute(second, true);
    assertThat(attributes.getAttribute(first)).isNull();
    assertThat(Attributes.ofAnotherCopy(attributes, first)).isEqualTo(true);
    assertThat(Attributes.ofAnotherCopy(attributes, second)).isNull();
    assertThat(Attributes.ofAnotherCopy(attributes, third)).isEqualTo(true);
  }
}
