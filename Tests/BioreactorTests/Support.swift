import Bioreactor
import Foundation
import Integration
import ModelLanguage
import Quantities
import RunRecords

/// The package's root folder.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// All shipped models, by file name.
func shippedModels() throws -> [Model] {
  let folder = packageRoot.appending(path: "data/models")
  return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    .filter { $0.hasSuffix(".thymus") }.map { name in
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      return try Model(parsing: text, file: name) { part, _ in
        let file = part + ".thymus"
        let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return text.map { ($0, file) }
      }
    }
}

/// A vessel that can do everything, with a space outside fibres for the models that need one.
func everyVessel() -> Platform {
  var platform = Platform(name: "every")
  platform.geometry[.extracapillary] = .init(300, .read)
  return platform
}

/// A model from a body of statements with one observable per given state expression.
func model(_ body: String, observe: [String]) throws -> Model {
  let names = ["vcd", "dead", "tcd"]
  let lines = observe.enumerated().map { index, expression in
    "observe \(names[index]) [1] = \(expression) ~ normal(sd: 1)"
  }
  let text = "model test \"closed form\"\n" + body + "\n" + lines.joined(separator: "\n")
  return try Model(parsing: text, file: "test")
}

/// Observable means of a model with fixed parameters at one time.
func means(
  _ model: Model, at time: Double, operations: [RunRecords.Operation] = []
) throws -> [Double] {
  let run = Run(name: "closed", observations: [], operations: operations)
  let culture = try Culture(model: model, run: run)
  let options = StepOptions(relativeTolerance: 1e-12, absoluteTolerance: 1e-14)
  let snapshots = try culture.simulate(
    model.parameters.map(\.value), at: [Instant(time: time)], options: options)
  return snapshots[0].means
}

func operation(_ time: Double, _ action: RunRecords.Operation.Action) -> RunRecords.Operation {
  Operation(time: time, action: action, place: Place(file: "test", line: Int(time) + 1))
}
