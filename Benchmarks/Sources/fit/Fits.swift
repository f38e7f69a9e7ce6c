import Bioreactor
import RunFiles
import Timing

/// Times Thymus on the reference problem and prints one JSON object.
///
/// Usage: fit MODEL RUN_FOLDER [SLICES]                 states, optima and times of each run
///        fit MODEL FOLDER all RTOL THREADS ROUNDS COUNT  the first runs of monod4.csv, fitted together
@main
enum Fits {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else { throw Unanswerable("MODEL RUN_FOLDER [SLICES]") }
    let model = try ModelFile.read(path: arguments[1]).model
    if arguments.count > 3, arguments[3] == "all" {
      return print(try AllRuns(model: model, words: arguments).record())
    }
    let slices = arguments.count > 3 ? Int(arguments[3]) ?? 20 : 20
    let runs = try RunFolder.read(arguments[2]).runs
    var lines: [String] = []
    for run in runs {
      let culture = try Culture(model: model, run: run)
      lines.append(try Problem(culture: culture, slices: slices).record())
    }
    print("{\"tool\": \"thymus\", \"runs\": [\n\(lines.joined(separator: ",\n"))\n]}")
  }
}
