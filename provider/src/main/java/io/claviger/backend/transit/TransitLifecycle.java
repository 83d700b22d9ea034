package io.claviger.backend.transit;

import io.claviger.backend.keyring.KeyLifecycle;
import io.claviger.backend.keyring.KeyStateMachine;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The life of a Transit key, over metadata that is advice. */
abstract class TransitLifecycle extends KeyLifecycle {
  private final TransitKeys keys;

  TransitLifecycle(TransitKeys keys, BackendSettings settings) {
    super(settings);
    this.keys = keys;
  }

  /** Returns the keys; NOT_RUNNING once closed. */
  final TransitKeys keys() {
    requireOpen();
    return keys;
  }

  @Override
  protected final KeyMetadata change(String keyId, UnaryOperator<KeyStateMachine> change) {
    return keys().update(keyId, key -> key.with(change.apply(key.standing()))).metadata();
  }

  @Override
  protected final Optional<KeyStateMachine> destroy(
      String keyId, UnaryOperator<KeyStateMachine> allowed) {
    return keys()
        .destroy(keyId, key -> key.with(allowed.apply(key.standing())))
        .map(TransitKey::standing);
  }

  @Override
  public KeyMetadata createKey(CreateKeyRequest request) {
    String name = request.keyName();
    String id =
        name == null ? HexFormat.of().formatHex(io.claviger.engine.Entropy.bytes(16)) : name;
    KeyMetadata metadata =
        new KeyMetadata(
            id,
            KeyState.ENABLED,
            request.keyUsage(),
            request.description(),
            request.tags(),
            settings.clock().instant(),
            null,
            null,
            1,
            request.origin() == null ? TransitKey.ORIGIN : request.origin(),
            request.createdBy(),
            request.policy(),
            request.keyUsage().requireBits(request.keyBits()));
    if (!keys().create(metadata)) {
      throw KmsException.of(
          ErrorKind.KEY_ALREADY_EXISTS,
          "key \"%s\" exists already in Transit. Use it, or choose another id".formatted(id));
    }
    return metadata;
  }

  @Override
  public KeyMetadata describeKey(DescribeKeyRequest request) {
    return keys().require(request.keyId()).metadata();
  }

  @Override
  public KeyMetadata rotateKey(String keyId) {
    return keys().rotate(keyId).metadata();
  }
}
