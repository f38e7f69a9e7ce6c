import ModelLanguage
import RunFiles
import Timing

/// Times reading, checking and compiling of models.
///
/// Usage: start SLICES MODEL_FILE ...
/// Prints a JSON object: file -> microseconds of processor time, first call and then slices.
@main
enum Start {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard words.count > 1, let slices = words.first.flatMap({ Int($0) }) else {
      throw Unanswerable("SLICES MODEL_FILE ...")
    }
    var lines: [String] = []
    for path in words.dropFirst() {
      let first = try Stopwatch.seconds {
        let model = try ModelFile.read(path: path).model
        _ = Evaluator<Double>(model.program)
      }
      let times = Stopwatch.slices(slices) {
        guard let model = try? ModelFile.read(path: path).model else { return }
        _ = Evaluator<Double>(model.program)
      }
      lines.append("\"\(path)\": {\"first\": \(1e6 * first), \"times\": \(times)}")
    }
    print("{\(lines.joined(separator: ",\n"))}")
  }
}
