package io.claviger.backend.keyring;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KmsBackend;

class MemoryBackendTest extends BackendContract {
  @Override
  protected KmsBackend newBackend() {
    return MemoryBackend.create();
  }
}
