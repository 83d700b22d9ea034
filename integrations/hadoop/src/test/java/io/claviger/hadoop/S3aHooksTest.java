package io.claviger.hadoop;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.ClavigerInterceptor;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** The interceptor that S3A makes acts at every hook at which the sealing one does. */
class S3aHooksTest {
  @Test
  void noHookIsForgotten() throws Exception {
    assertThat(hooks(S3aInterceptor.class))
        .isEqualTo(hooks(ClavigerInterceptor.class))
        .contains("beforeExecution", "onExecutionFailure", "modifyException");
  }

  private static Set<String> hooks(Class<?> type) throws NoSuchMethodException {
    Set<String> found = new TreeSet<>();
    for (Method hook : ExecutionInterceptor.class.getMethods()) {
      Method own = type.getMethod(hook.getName(), hook.getParameterTypes());
      if (own.getDeclaringClass() != ExecutionInterceptor.class) {
        found.add(hook.getName());
      }
    }
    return found;
  }
}
