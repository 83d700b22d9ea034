package io.claviger.jca;

import java.nio.ByteBuffer;
import javax.crypto.Mac;

/** A MAC of the engine that is installed, under a key of this process. */
final class JdkMac implements MacWork {
  private final Mac mac;

  JdkMac(Mac mac) {
    this.mac = mac;
  }

  @Override
  public void update(byte[] input, int offset, int length) {
    mac.update(input, offset, length);
  }

  @Override
  public void update(ByteBuffer input) {
    mac.update(input);
  }

  @Override
  public byte[] doFinal() {
    return mac.doFinal();
  }

  @Override
  public void reset() {
    mac.reset();
  }

  @Override
  public MacWork copy() throws CloneNotSupportedException {
    return new JdkMac((Mac) mac.clone());
  }
}
