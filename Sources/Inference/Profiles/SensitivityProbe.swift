import Bioreactor
import Integration
import LinearAlgebra
import ModelLanguage

/// Relative sensitivities of everything observed, with the integrator's own error.
struct SensitivityProbe {
  /// What is seen at one point.
  struct Sight {
    /// The point on the estimation scales of all free parameters.
    let point: [Double]
    /// Natural values of the model's free parameters.
    let natural: [Double]
    let spectrum: InformationSpectrum
    let floor: Double
    let isDecided: Bool
    /// Parameters without any influence, by position.
    let silent: [Int]
    var rank: Int { spectrum.rank }
  }

  private let culture: Culture
  private let plan: ParameterPlan
  private let points: [Predictor.Point]
  private let fine: Predictor
  private let coarse: Predictor
  /// Columns of the plan that belong to the model.
  private let columns: [Int]

  init(_ culture: Culture, plan: ParameterPlan, points: [Predictor.Point]) {
    self.culture = culture
    self.plan = plan
    self.points = points
    columns = plan.columns(of: 0)
    func options(_ relative: Double) -> StepOptions {
      StepOptions(
        relativeTolerance: relative, absoluteTolerance: relative * 1e-2,
        maximumSteps: 20_000 + 4 * points.count)
    }
    fine = Predictor(culture, points: points, options: options(1e-11))
    coarse = Predictor(culture, points: points, options: options(1e-10))
  }

  /// nil when the model cannot be simulated there.
  mutating func look(at p: [Double]) -> Sight? {
    let values = plan.natural(p)
    let seeds = columns.compactMap { plan.free[$0].index }
    let slopes = zip(columns, seeds).map { plan.free[$0].scale.slope(atNatural: values[$1]) }
    guard let a = fine.predict(values, seeds: seeds, slopes: slopes),
      let b = coarse.predict(values, seeds: seeds, slopes: slopes)
    else { return nil }
    let (rows, other) = (relative(a, by: a), relative(b, by: a))
    guard rows.isFinite, other.isFinite else { return nil }
    let norms = rows.columnNorms
    let largest = norms.max() ?? 0
    let silent = norms.indices.filter { norms[$0] <= 1e-9 * largest }
    // The error of columns at equal norm, as the spectrum has them.
    var error = 0.0
    for j in norms.indices where norms[j] > 1e-9 * largest {
      let difference = zip(rows.column(j), other.column(j)).map { $0 - $1 }
      let share = euclideanNorm(difference) / norms[j]
      error += share * share
    }
    let floor = max(10 * error.squareRoot(), 1e-10)
    let clean = Matrix(rows: rows.rows, columns: rows.columns) { i, j in
      silent.contains(j) ? 0 : rows[i, j]
    }
    guard let raw = try? InformationSpectrum(rows: clean, threshold: 0),
      let top = raw.singularValues.first, top > 0,
      let spectrum = try? InformationSpectrum(rows: clean, threshold: floor / top)
    else { return nil }
    let isDecided = !raw.singularValues.contains { $0 > floor && $0 < 10 * floor }
    return Sight(
      point: p, natural: seeds.map { values[$0] }, spectrum: spectrum, floor: floor,
      isDecided: isDecided, silent: silent)
  }

  /// Slopes of means and noise scales, each relative to its own size (or a thousandth of the largest
  /// of its observable).
  private func relative(_ prediction: Prediction, by reference: Prediction) -> Matrix {
    let n = prediction.directionCount
    let count = points.count
    func sizes(_ values: [Double]) -> [Double] {
      var largest = [Double](repeating: 0, count: culture.model.observables.count)
      for (i, point) in points.enumerated() {
        largest[point.observable] = max(largest[point.observable], abs(values[i]))
      }
      return points.indices.map { abs(values[$0]) + 1e-3 * largest[points[$0].observable] + 1e-300 }
    }
    let (means, noises) = (sizes(reference.means), sizes(reference.noise))
    return Matrix(rows: 2 * count, columns: n) { i, j in
      i < count
        ? prediction.meanSlopes[i * n + j] / means[i]
        : prediction.noiseSlopes[(i - count) * n + j] / noises[i - count]
    }
  }

  /// Pairs of the model's parameters whose values can be exchanged without a trace.
  func exchanges(_ sights: [[Double]]) -> [[String]] {
    let model = culture.model
    var pairs: [[String]] = []
    for (k, a) in columns.enumerated() {
      for b in columns[(k + 1)...] {
        guard let i = plan.free[a].index, let j = plan.free[b].index,
          model.parameters[i].unit.dimension == model.parameters[j].unit.dimension,
          plan.free[a].scale == plan.free[b].scale
        else { continue }
        var tried = 0
        let isSame = sights.allSatisfy { p in
          var swapped = p
          swapped.swapAt(a, b)
          guard let one = fine.predict(plan.natural(p)),
            let two = fine.predict(plan.natural(swapped))
          else { return true }
          tried += 1
          return zip(one.means + one.noise, two.means + two.noise).allSatisfy {
            abs($0 - $1) <= 1e-7 * max(abs($0), abs($1))
          }
        }
        if tried > 0, isSame { pairs.append([plan.free[a].name, plan.free[b].name]) }
      }
    }
    return pairs
  }
}
