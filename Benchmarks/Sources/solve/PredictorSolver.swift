import Bioreactor
import Integration
import ModelLanguage
import Quantities
import RunRecords
import Timing

/// The text model, through the path that fits take.
final class PredictorSolver: Solver {
  private static let observed = ["vcd", "dead", "glucose", "lactate"]

  private let predictor: Predictor
  private var values: [Double]
  private let seeds: [Int]
  private let hasSlopes: Bool
  private var last: Prediction?

  init(model: Model, method: Method, directions: Int, options: StepOptions) throws {
    var culture = try Culture(model: model, run: PredictorSolver.run)
    culture.method = method
    predictor = Predictor(culture, options: options)
    values = model.parameters.map(\.value)
    seeds = try Reference.seeds(model)
    hasSlopes = directions > 0
  }

  var drawCount: Int { 1 }

  var work: (steps: Int, evaluations: Int) {
    let counters = predictor.counters
    return (counters.accepted + counters.rejected, counters.evaluations)
  }

  func solve(_ sets: ArraySlice<[Double]>) throws {
    let parameters = sets[sets.startIndex]
    for (seed, value) in zip(seeds, parameters) { values[seed] = value }
    last =
      hasSlopes
      ? predictor.predict(values, seeds: seeds, slopes: parameters) : predictor.predict(values)
    if last == nil { throw Unanswerable("the simulation ended early") }
  }

  func answers(_ sets: ArraySlice<[Double]>) throws -> [Double] {
    try solve(sets)
    guard let last else { return [] }
    return last.means.indices.flatMap { target in
      let row = target * last.directionCount
      return [last.means[target]] + last.meanSlopes[row..<(row + last.directionCount)]
    }
  }

  /// All four states at every sample; half of the medium is exchanged and no cell lost.
  private static var run: Run {
    var observations: [Observation] = []
    for hour in Reference.samples {
      for quantity in observed {
        let line = observations.count + 1
        observations.append(
          Observation(
            time: hour, quantity: quantity, value: .exact(1),
            place: Place(file: "monod4", line: line)))
      }
    }
    let exchanges = Reference.exchanges.map { hour in
      Operation(
        time: hour,
        action: .exchange(
          fraction: 0.5, retention: 1, solutes: ["glucose": 25, "lactate": 0]),
        place: Place(file: "monod4"))
    }
    return Run(name: "monod4", observations: observations, operations: exchanges)
  }
}
