import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import Randomness
import RunFiles
import RunRecords

/// The package's data folder.
let testData = DataFolder(
  path: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "data").path)

/// A shipped model.
func shipped(_ name: String) throws -> Model { try ModelFile.read(name, data: testData).model }

/// A shipped run.
func shippedRun(_ folder: String, _ name: String) throws -> Run {
  let batch = try RunFolder.read("\(testData.path)/runs/\(folder)")
  guard let run = batch.runs.first(where: { $0.name == name }) else { throw MissingRun(name: name) }
  return run
}

struct MissingRun: Error { let name: String }

/// A reading of a run that no file holds.
func reading(
  _ time: Double, _ quantity: String, _ value: Observation.Reading, counted: Double? = nil
) -> Observation {
  Observation(
    time: time, quantity: quantity, value: value,
    count: counted.map { Observation.Count(cells: .exact($0), exposure: $0 / value.number) },
    place: Place(file: "made", line: Int(time) + 1))
}

/// An operation of a run that no file holds.
func operation(_ time: Double, _ action: RunRecords.Operation.Action) -> RunRecords.Operation {
  Operation(time: time, action: action, place: Place(file: "made", line: Int(time) + 1))
}

/// Seed in a given volume and activation at hour 0.
func seeded(_ density: Double? = nil, volume: Double? = 100) -> [RunRecords.Operation] {
  [
    operation(
      0, .seed(volume: volume, viableDensity: density, viability: nil, solutes: [:])),
    operation(0, .activation),
  ]
}

/// A run of exact readings of one quantity.
func made(
  _ times: [Double], _ values: [Double], quantity: String = "vcd", donor: Donor = .unknown,
  name: String = "made", operations: [RunRecords.Operation] = seeded()
) -> Run {
  Run(
    name: name, donor: donor,
    observations: zip(times, values).map { reading($0, quantity, .exact($1)) },
    operations: operations)
}

/// A model from a text without its first line.
func textModel(_ body: String) throws -> Model {
  try Model(parsing: "model made \"made for a test\"\n" + body + "\n", file: "made")
}

/// The fold of the smooth lag, ln N(t)/N(0) = mu B(t), in closed form.
func lagLogFold(_ t: Double, mu: Double, lag: Double, steepness a: Double = 0.25) -> Double {
  mu * (t + (log(1 + exp(-a * (t - lag))) - log(1 + exp(a * lag))) / a)
}

/// ln N of Baranyi and Roberts in closed form, h0 = mu lag.
func baranyiLog(_ t: Double, logN0: Double, mu: Double, lag: Double, logK: Double) -> Double {
  let h0 = mu * lag
  let adapted = mu * t + log(exp(-mu * t) + exp(-h0) - exp(-mu * t - h0))
  return logN0 + adapted - log(1 + (exp(adapted) - 1) / exp(logK - logN0))
}

/// The middle value.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let half = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
