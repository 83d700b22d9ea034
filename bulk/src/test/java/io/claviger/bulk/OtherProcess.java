package io.claviger.bulk;

import io.claviger.bulk.run.BulkRunner;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Carries out a plan that another process wrote, with clients by its own configuration. Arguments:
 * a file with settings and plan, the folder of the run, the file for the result.
 */
final class OtherProcess {
  private OtherProcess() {}

  static void write(Path file, Object... values) throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      for (Object value : values) {
        out.writeObject(value);
      }
    }
  }

  public static void main(String[] args) throws Exception {
    ClientSource settings;
    Plan plan;
    ClientSource again;
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(Path.of(args[0])))) {
      settings = (ClientSource) in.readObject();
      plan = (Plan) in.readObject();
    }
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(Path.of(args[0])))) {
      again = (ClientSource) in.readObject();
    }
    Clients clients = Clients.once(settings);
    RunResult result = BulkRunner.with(clients).run(plan, Path.of(args[1]));
    write(Path.of(args[2]), result);
    boolean once =
        Clients.once(again) == clients
            && Clients.once(again).stored() == clients.stored()
            && Clients.once(again).sealing("test") == clients.sealing("test");
    System.out.println(once ? "made once" : "made again");
  }
}
