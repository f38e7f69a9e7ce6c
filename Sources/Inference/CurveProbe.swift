import Bioreactor
import LinearAlgebra
import ModelLanguage

/// Means of chosen observables at chosen instants of one run, with slopes on the estimation scale.
///
/// A probe holds simulators and belongs to one task.
final class CurveProbe {
  /// What is looked at.
  typealias Point = Predictor.Point

  private let plan: ParameterPlan
  private let member: Int
  private let columns: [Int]
  private let seeds: [Int]
  private let predictor: Predictor

  /// A probe of a culture that is the plan's run number `member`; it may have more operations than
  /// the one that was fitted.
  init(
    _ culture: Culture, member: Int = 0, points: [Point], plan: ParameterPlan, options: FitOptions
  ) {
    self.plan = plan
    self.member = member
    columns = plan.columns(of: member)
    seeds = columns.compactMap { plan.free[$0].index }
    predictor = Predictor(
      culture, points: points, options: options.stepOptions(for: culture))
  }

  /// Means at an estimation point, base units; nil when the simulation ends early.
  func means(at p: [Double]) -> [Double]? {
    predictor.predict(plan.natural(p, member: member))?.means
  }

  /// Means and noise with their slopes: a row for each point, a column for each free parameter.
  func slopes(
    at p: [Double]
  ) -> (means: [Double], noise: [Double], slopes: Matrix, noiseSlopes: Matrix)? {
    let values = plan.natural(p, member: member)
    let scales = zip(columns, seeds).map { plan.free[$0].scale.slope(atNatural: values[$1]) }
    guard let found = predictor.predict(values, seeds: seeds, slopes: scales) else { return nil }
    var slopes = Matrix(rows: found.means.count, columns: plan.free.count)
    var noiseSlopes = slopes
    for i in found.means.indices {
      for (direction, column) in columns.enumerated() {
        slopes[i, column] = found.meanSlopes[i * found.directionCount + direction]
        noiseSlopes[i, column] = found.noiseSlopes[i * found.directionCount + direction]
      }
    }
    return (found.means, found.noise, slopes, noiseSlopes)
  }
}
