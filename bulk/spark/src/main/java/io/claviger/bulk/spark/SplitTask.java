package io.claviger.bulk.spark;

import io.claviger.bulk.ClientSource;
import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.UnitSource;
import org.apache.hadoop.conf.Configuration;

/** Cuts a source into ranges, where its clients are: the driver needs none. */
record SplitTask(ClientSource clients, UnitSource source, int wanted) implements Cluster.Task {
  private static final long serialVersionUID = 1L;

  @Override
  public String run(int index, Configuration conf) {
    return RunFolder.json(source.split(Clients.once(clients), Pace.FREE, wanted));
  }
}
