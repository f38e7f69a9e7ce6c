import Bioreactor
import Inference
import Integration
import ModelLanguage
import Quantities
import RunFiles
import Timing

/// Times Thymus on the reference problem and prints one JSON object: states, optima and times.
///
/// Usage: fit MODEL RUN_FOLDER [SLICES]
@main
enum Fits {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else { throw Unanswerable("MODEL RUN_FOLDER [SLICES]") }
    let slices = arguments.count > 3 ? Int(arguments[3]) ?? 20 : 20
    let model = try ModelFile.read(path: arguments[1]).model
    let runs = try RunFolder.read(arguments[2]).runs
    var lines: [String] = []
    for run in runs {
      let culture = try Culture(model: model, run: run)
      lines.append(try Problem(culture: culture, slices: slices).record())
    }
    print("{\"tool\": \"thymus\", \"runs\": [\n\(lines.joined(separator: ",\n"))\n]}")
  }
}
