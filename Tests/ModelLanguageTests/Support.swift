import Foundation
import Lanes
import ModelLanguage
import Quantities
import Testing

/// The package's root folder.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// Names and texts of all shipped models.
func shippedTexts() throws -> [(name: String, text: String)] {
  let folder = packageRoot.appending(path: "data/models")
  return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    .filter { $0.hasSuffix(".thymus") }.map {
      ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
    }
}

/// A model on plain numbers, at its own parameters.
struct Bench {
  let model: Model
  let evaluator: Evaluator<Double>

  init(_ model: Model, constants: [Double] = []) {
    self.model = model
    evaluator = Evaluator(model.program)
    evaluator.setParameters(model.parameters.map(\.value))
    for (index, value) in constants.enumerated() { evaluator.setConstant(index, value) }
    evaluator.settle()
  }

  /// Sets everything that a run sets; clocks start at `origin`.
  func set(_ states: [Double], time: Double = 0, volume: Double = 1, origin: Double = 0) {
    let origins = [Double](repeating: origin, count: model.clocks.count + 1)
    origins.withUnsafeBufferPointer { pointer in
      if let base = pointer.baseAddress { evaluator.setTime(time, origins: base) }
    }
    evaluator.setVolume(volume)
    for (index, value) in states.enumerated() { evaluator.setState(index, value) }
    evaluator.settleBranches()
  }

  func rates(
    _ states: [Double], time: Double = 0, volume: Double = 1, origin: Double = 0
  ) -> [Double] {
    set(states, time: time, volume: volume, origin: origin)
    evaluator.runRates()
    return model.states.indices.map { evaluator.rate($0) }
  }

  func starts() -> [Double] {
    set([])
    evaluator.runStart()
    return model.states.indices.map { evaluator.start($0) }
  }
}

/// A model whose only state `x` [1] has a rate that is one expression [1/h].
func oneRate(_ expression: String, before: String = "") throws -> Model {
  try Model(
    parsing: """
      model one "one rate"
      per_cell x [1]
      per_cell y [1]
      \(before)
      x(0) = 1
      y(0) = 1
      x' = 1 [1/h] * (\(expression))
      y' = 0 [1/h]
      observe x [1] = x ~ normal(sd: 1)
      """, file: "one")
}

/// The findings of a text; empty when it is sound.
func findings(
  _ text: String,
  including: ((_ name: String, _ fromFile: String) -> (text: String, file: String)?)? = nil
) -> [Finding] {
  do {
    _ = try Model(parsing: text, file: "m.thymus", including: including)
    return []
  } catch {
    return error.findings
  }
}

/// A small seeded generator (SplitMix64), so that every run tries the same cases.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// True when two numbers agree to a relative 1e-14 (absolute below 1).
func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-14 * max(1, abs(b)) }
