package io.claviger.bulk.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Runs tasks in other processes. A task may be run several times, at the same time too, and some
 * runs may die: one result of each counts.
 */
interface Cluster {
  /** What is sent to other processes. Tasks are numbers and results texts, whatever serialises. */
  interface Task extends Serializable {
    /**
     * @param index from 0
     * @param conf Hadoop's configuration of the process
     */
    String run(int index, Configuration conf) throws IOException;
  }

  /** Runs tasks {@code 0 .. count-1} and returns their results in order. */
  List<String> run(int count, Task task);

  /** Returns how many tasks run at the same time, about. */
  int tasksAtOnce();

  /** Returns Hadoop's configuration of this process. */
  Configuration hadoop();
}
