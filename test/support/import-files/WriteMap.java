import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/** Pairs of lines on standard input, written as a serialised HashMap by Java itself: what FreeOTP 2's backup is. */
class WriteMap {
  public static void main(String[] args) throws IOException {
    List<String> lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines().toList();
    HashMap<String, String> map = new HashMap<>();
    for (int i = 0; i + 1 < lines.size(); i += 2) map.put(lines.get(i), lines.get(i + 1));
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      out.writeObject(map);
    }
  }
}
