import Bioreactor
import LinearAlgebra
import ModelLanguage
import RunRecords
import Statistics

/// A culture's fit as the residual checks see it: exact readings, slopes and stated noise.
struct FittedShape {
  /// The exact readings, in order of time.
  let linearised: LinearisedFit
  /// Indices of the readings among the culture's targets.
  let targets: [Int]
  /// Names of the series.
  let quantities: [String]

  /// nil for a joint fit, when the model cannot be differentiated at the estimate, or when nothing
  /// was read exactly.
  init?(_ fit: FitResult, _ culture: Culture, options: FitOptions) {
    guard fit.runs.count == 1, fit.point.count == fit.plan.free.count else { return nil }
    let problem = FitProblem(culture, plan: fit.plan, options: options)
    guard let member = problem.members.first,
      let slopes = problem.sensitivities(at: fit.point)?.first,
      let terms = problem.terms(of: member, slopes, fit.point)
    else { return nil }
    let chosen = terms.indices.filter {
      terms[$0].term.residual?.isFinite == true && terms[$0].term.information.mean > 0
    }
    guard !chosen.isEmpty else { return nil }
    let names = culture.targets.map(\.observation.quantity)
    let series = Set(chosen.map { names[$0] }).sorted()
    let free = fit.plan.free
    let families = chosen.map { culture.model.observables[culture.targets[$0].observable].family }
    let freedoms = families.map(\.studentDegrees)
    // A beta-binomial's noise number is a concentration, which grows as the noise falls.
    let isFraction = families.map { family in
      if case .betaBinomial = family { true } else { false }
    }
    var location = Matrix(rows: chosen.count, columns: free.count)
    var spread = Matrix(rows: chosen.count, columns: free.count)
    for (row, index) in chosen.enumerated() {
      let (term, context) = terms[index]
      // One over the whole noise, counting included, and the share that the noise parameters have.
      let root = term.information.mean.squareRoot()
      let unit = freedoms[row] == nil ? root : 1 / context.scale
      let share = isFraction[row] ? 0 : unit * unit
      let slot = index * slopes.directionCount
      for (direction, column) in member.columns.enumerated() {
        location[row, column] = context.meanSlope * slopes.meanSlopes[slot + direction] * unit
        spread[row, column] =
          slopes.noise[index] * slopes.noiseSlopes[slot + direction] * share
      }
      if let column = member.spread { spread[row, column] = context.donor * context.donor * share }
      if let column = member.laws[index].bias { location[row, column] = unit }
    }
    // A parameter on its bound stays there; one that moves no mean is a parameter of the noise.
    let moving = free.indices.filter {
      fit.assessedBounds.indices.contains($0) ? fit.assessedBounds[$0] == .none : true
    }
    let isLocation = free.indices.map { j in
      chosen.indices.contains { abs(location[$0, j]) > 1e-9 }
    }
    let means = moving.filter { isLocation[$0] }
    let noises = moving.filter { j in
      !isLocation[j] && chosen.indices.contains { abs(spread[$0, j]) > 1e-9 }
    }
    let stated = FittedShape.statedNoise(
      problem, fit, noise: free.indices.filter { !isLocation[$0] }, spread: spread, chosen: chosen,
      fitted: chosen.map { terms[$0].term.information.mean })
    let readings = chosen.enumerated().map { row, index in
      return LinearisedFit.Reading(
        series: series.firstIndex(of: names[index]) ?? 0,
        time: culture.targets[index].observation.time,
        level: terms[index].context.mean,
        residual: terms[index].term.residual ?? 0, degreesOfFreedom: freedoms[row],
        stated: isFraction[row] ? nil : stated[row])
    }
    let linearised = try? LinearisedFit(
      readings,
      location: Matrix(rows: chosen.count, columns: means.count) { location[$0, means[$1]] },
      priors: means.map { free[$0].prior?.sd },
      spread: Matrix(rows: chosen.count, columns: noises.count) { spread[$0, noises[$1]] },
      noisePriors: noises.map { j in
        free[j].prior.map { LinearisedFit.NoisePrior(offset: $0.mean - fit.point[j], sd: $0.sd) }
      })
    guard let linearised else { return nil }
    self.linearised = linearised
    targets = chosen
    quantities = series
  }

  /// ln(stated / fitted noise) of each reading: with every noise parameter at its prior's centre.
  /// `fitted` holds the information on the mean, one over the squared noise.
  /// nil for readings whose noise rests on a parameter that has no prior.
  private static func statedNoise(
    _ problem: FitProblem, _ fit: FitResult, noise: [Int], spread: Matrix, chosen: [Int],
    fitted: [Double]
  ) -> [Double?] {
    let free = fit.plan.free
    var point = fit.point
    for j in noise { if let prior = free[j].prior { point[j] = prior.mean } }
    guard let member = problem.members.first,
      let prediction = member.predictor.predict(problem.natural(point)),
      let terms = problem.terms(of: member, prediction, point)
    else { return [Double?](repeating: nil, count: chosen.count) }
    return chosen.enumerated().map { row, index in
      let isUnstated = noise.contains { free[$0].prior == nil && abs(spread[row, $0]) > 1e-9 }
      let ratio = fitted[row] / terms[index].term.information.mean
      return isUnstated || !(ratio > 0 && ratio.isFinite) ? nil : 0.5 * Double.log(ratio)
    }
  }
}
