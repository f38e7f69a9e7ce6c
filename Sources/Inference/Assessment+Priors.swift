import ModelLanguage
import Quantities

extension FitResult {
  /// A prior that the data contradict.
  public struct PriorConflict: Sendable {
    /// The parameter.
    public let name: String
    /// How far the data alone lie from the prior's centre, in standard deviations of that distance.
    public let distance: Double
    /// True where the prior moves the estimate by more than a standard error from where the data alone
    /// would have it; otherwise the data outweigh it.
    public let isGrave: Bool
    /// True for the prior that the seed operation gives.
    public let isOfSeed: Bool
    /// Cause and remedy.
    public let sentence: String
  }
}

extension Assessment {
  /// Beyond this many standard deviations prior and data contradict each other: one in eighty.
  static let conflict = 2.5

  /// Parameters of the culture whose prior and data disagree by more than both allow.
  ///
  /// With the prior N(m, s^2), the estimate x and its error e, the data alone say d = m + (x - m)/w with
  /// w = 1 - e^2/s^2, and d - m has the variance s^2/w: z = (x - m)/(s sqrt(w)) (Box 1980, section 3,
  /// for one normal mean). On a bound, where there is no error, w is taken as 1. Noises are left to the
  /// residual checks.
  static func priorConflicts(_ result: FitResult, _ model: Model) -> [FitResult.PriorConflict] {
    let free = result.plan.free
    let found = free.indices.compactMap { j -> FitResult.PriorConflict? in
      guard let prior = free[j].prior, !result.plan.noiseNames.contains(free[j].name),
        let parameter = result.parameter(free[j].name)
      else { return nil }
      var share = 1.0
      if let error = parameter.standardError {
        share = 1 - error * error / (prior.sd * prior.sd)
      } else if !parameter.verdict.isAtBound {
        return nil
      }
      guard share >= silentShare else { return nil }
      let distance = (result.point[j] - prior.mean) / (prior.sd * share.squareRoot())
      guard abs(distance) > conflict else { return nil }
      let pull = abs(result.point[j] - prior.mean) * (1 / share - 1)
      let isGrave = parameter.standardError.map { pull > $0 } ?? true
      return FitResult.PriorConflict(
        name: free[j].name, distance: distance, isGrave: isGrave,
        isOfSeed: prior.origin.hasPrefix("seed"),
        sentence: sentence(
          parameter, prior, distance, result.plan.unit(of: j, in: model), isGrave: isGrave))
    }
    return found.sorted { (-abs($0.distance), $0.name) < (-abs($1.distance), $1.name) }
  }

  private static func sentence(
    _ parameter: FittedParameter, _ prior: ParameterPlan.NormalPrior, _ distance: Double,
    _ unit: Unit, isGrave: Bool
  ) -> String {
    let centre = unit.fromBase(parameter.scale.toNatural(prior.mean))
    let values = PrintedRange(parameter.estimate, centre, unit: unit)
    if prior.origin.hasPrefix("seed") {
      return
        "The seed and the curve contradict each other: \(parameter.name) comes out at "
        + "\(values.with(values.low)), \(NumberText.significant(abs(distance), 2)) standard deviations "
        + "\(distance < 0 ? "below" : "above") the \(values.with(values.high)) of the seed operation. If "
        + "what was seeded was measured well, the model is wrong about the first days (a lag, cells lost at "
        + "activation): choose another one, and do not take the seed away."
    }
    if !isGrave {
      return
        "The prior of \(parameter.name) (centre \(values.with(values.high)), \(prior.origin)) does not "
        + "fit these cells: the data lie \(NumberText.significant(abs(distance), 2)) standard deviations "
        + "\(distance < 0 ? "below" : "above"). They outweigh it, so the estimate is theirs; for more runs "
        + "of this kind put your own prior into a copy of the model."
    }
    return
      "The data and the prior of \(parameter.name) contradict each other: the estimate "
      + "\(values.with(values.low)) is a compromise with the prior's centre "
      + "\(values.with(values.high)) (\(prior.origin)), from which the data lie "
      + "\(NumberText.significant(abs(distance), 2)) standard deviations "
      + "\(distance < 0 ? "below" : "above"). Look at units, seed and counts first; if they are right, "
      + "the prior is wrong for this run: fit it with --no-priors, or put your own prior into a copy "
      + "of the model."
  }
}
