package io.claviger.backend.memory;

import io.claviger.kms.KmsBackend;
import io.claviger.testkit.KmsBackendContract;

class MemoryBackendTest extends KmsBackendContract {
  @Override
  protected KmsBackend newBackend() {
    return MemoryBackend.create();
  }
}
