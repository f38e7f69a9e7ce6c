import Bioreactor
import ModelLanguage
import Statistics

/// One exact reading near the estimate: its residual, and how mean and noise move with the
/// estimated parameters, in units of the noise.
struct ShapeRow {
  /// The number of its run.
  let member: Int
  /// Its number among the run's targets.
  let target: Int
  /// The fitted mean on the scale of the noise.
  let level: Double
  /// The residual that is checked.
  let residual: Double
  /// Degrees of freedom of Student noise.
  let degreesOfFreedom: Double?
  /// Information on the mean: one over the squared noise.
  let information: Double
  /// d mean / d parameter over the noise, in the order of `plan.free`.
  let location: [Double]
  /// d ln noise / d parameter, likewise.
  let spread: [Double]

  /// The exact readings of one run; nil where a mean or noise leaves its domain.
  static func rows(
    of member: FitProblem.Member, number: Int, _ slopes: Prediction, _ problem: FitProblem,
    _ point: [Double], uniforms: [Double]
  ) -> [ShapeRow]? {
    guard let terms = problem.terms(of: member, slopes, point) else { return nil }
    let residuals = problem.checkedResiduals(of: member, terms, uniforms: uniforms)
    return terms.indices.compactMap { index -> ShapeRow? in
      let (term, context) = terms[index]
      guard let residual = residuals[index], term.information.mean > 0 else { return nil }
      let target = member.culture.targets[index]
      let family = member.culture.model.observables[target.observable].family
      let freedom = family.studentDegrees
      // One over the whole noise, counting included.
      let unit = freedom == nil ? term.information.mean.squareRoot() : 1 / context.scale
      // d ln (whole noise) / d (noise number).
      let share =
        spreadOfFraction(family, looked: target.observation.count?.exposure, context.scale)
        ?? slopes.noise[index] * unit * unit
      var location = [Double](repeating: 0, count: problem.plan.free.count)
      var spread = location
      let slot = index * slopes.directionCount
      for (direction, column) in member.columns.enumerated() {
        location[column] = context.meanSlope * slopes.meanSlopes[slot + direction] * unit
        spread[column] = slopes.noiseSlopes[slot + direction] * share
      }
      if let column = member.spread {
        spread[column] = context.donor * context.donor * unit * unit
      }
      if let column = member.laws[index].bias { location[column] = context.biasSlope * unit }
      return ShapeRow(
        member: number, target: index, level: context.mean, residual: residual,
        degreesOfFreedom: freedom, information: term.information.mean, location: location,
        spread: spread)
    }
  }

  /// Of a beta-binomial reading with concentration c out of n cells the variance is p(1-p)/n times
  /// (c + n)/(c + 1), so d ln sd / dc = -(n - 1) / (2 (c + 1)(c + n)); nil for other families.
  static func spreadOfFraction(
    _ family: NoiseFamily, looked: Double?, _ c: Double
  ) -> Double? {
    guard case .betaBinomial(let own) = family else { return nil }
    let n = (looked ?? own ?? 1).rounded()
    return -(n - 1) / (2 * (c + 1) * (c + n))
  }
}
