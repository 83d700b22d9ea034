package io.claviger.bulk;

/**
 * Counts requests and makes callers wait where a limit says so. A caller that sends a request of a
 * run asks first. Threads: safe. Blocking: until the request may be sent.
 */
public interface Pace {
  /** No limit, nothing counted. */
  Pace FREE =
      new Pace() {
        @Override
        public void beforeStore(int requests) {}

        @Override
        public void beforeKeys(int calls) {}
      };

  /** Waits until so many requests may be sent to the store. */
  void beforeStore(int requests);

  /** Waits until so many calls may be made to the key service. */
  void beforeKeys(int calls);
}
