import Bioreactor
import Integration
import ModelLanguage
import RunRecords

/// One problem solved again and again as a culture without operations, at its parameters' values.
struct Solution {
  private let simulation: CultureSimulation
  private let values: [Double]

  /// Times are interpolated, except the last, where the integration ends.
  init(_ model: Model, method: Method, options: StepOptions, times: [Double]) throws {
    var culture = try Culture(model: model, run: Run(name: model.name, observations: []))
    culture.method = method
    simulation = CultureSimulation(
      culture, instants: times.map { Instant(time: $0) }, options: options)
    values = model.parameters.map(\.value)
  }

  /// Work of all solutions so far.
  var counters: SolverCounters { simulation.counters }

  /// States at the times.
  func solve() throws -> [[Double]] { try simulation.run(values).map(\.amounts) }
}
