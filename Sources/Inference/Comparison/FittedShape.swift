import Bioreactor
import LinearAlgebra
import ModelLanguage
import RunRecords
import Statistics

/// A fit as the residual checks see it: exact readings, slopes and stated noise, of one run or of
/// several fitted together.
struct FittedShape {
  /// One measured quantity of one run.
  struct Series: Hashable, Comparable {
    let quantity: String
    /// The number of the run in the fit.
    let member: Int

    static func < (a: Series, b: Series) -> Bool {
      (a.quantity, a.member) < (b.quantity, b.member)
    }
  }

  /// The exact readings, those of one series in order of time.
  let linearised: LinearisedFit
  /// The run and the target of each reading.
  let targets: [(member: Int, index: Int)]
  /// The series, by quantity, then by run.
  let series: [Series]
  /// The uniform numbers of each run's quantile residuals.
  let uniforms: [[Double]]

  /// Names of the quantities.
  var quantities: [String] { Set(series.map(\.quantity)).sorted() }

  /// The series of one quantity together, then each run's own where there are several.
  var groups: [ResidualBattery.Group] {
    quantities.flatMap { quantity -> [ResidualBattery.Group] in
      let own = series.indices.filter { series[$0].quantity == quantity }
      return [.whole(own)] + (own.count > 1 ? own.map { .part($0) } : [])
    }
  }

  /// nil when the model cannot be differentiated at the estimate, or when nothing was read exactly.
  /// The cultures come in the order of the fit's runs.
  init?(_ fit: FitResult, _ cultures: [Culture], options: FitOptions) {
    guard fit.runs.count == cultures.count, fit.point.count == fit.plan.free.count else {
      return nil
    }
    let problem = FitProblem(cultures, plan: fit.plan, options: options)
    guard let predictions = problem.sensitivities(at: fit.point) else { return nil }
    let uniforms = cultures.map {
      QuantileResidual.uniforms(run: $0.run.name, count: $0.targets.count, seed: options.seed)
    }
    let free = fit.plan.free
    var rows: [ShapeRow] = []
    for (number, member) in problem.members.enumerated() {
      guard
        let found = ShapeRow.rows(
          of: member, number: number, predictions[number], problem, fit.point,
          uniforms: uniforms[number])
      else { return nil }
      rows += found
    }
    guard !rows.isEmpty else { return nil }
    // A parameter on its bound stays there; one that moves no mean is a parameter of the noise.
    let moving = free.indices.filter {
      fit.assessedBounds.indices.contains($0) ? fit.assessedBounds[$0] == .none : true
    }
    let isLocation = free.indices.map { j in rows.contains { abs($0.location[j]) > 1e-9 } }
    let means = moving.filter { isLocation[$0] }
    let noises = moving.filter { j in
      !isLocation[j] && rows.contains { abs($0.spread[j]) > 1e-9 }
    }
    let stated = FittedShape.statedNoise(
      problem, fit.plan, fit.point, noise: free.indices.filter { !isLocation[$0] }, rows)
    let series = Set(
      rows.map { row in
        Series(
          quantity: cultures[row.member].targets[row.target].observation.quantity,
          member: row.member)
      }
    ).sorted()
    let readings = rows.enumerated().map { number, row in
      let observation = cultures[row.member].targets[row.target].observation
      let own = Series(quantity: observation.quantity, member: row.member)
      return LinearisedFit.Reading(
        series: series.firstIndex(of: own) ?? 0, time: observation.time, level: row.level,
        residual: row.residual, degreesOfFreedom: row.degreesOfFreedom, stated: stated[number])
    }
    let linearised = try? LinearisedFit(
      readings,
      location: Matrix(rows: rows.count, columns: means.count) { rows[$0].location[means[$1]] },
      priors: means.map { free[$0].prior?.sd },
      spread: Matrix(rows: rows.count, columns: noises.count) { rows[$0].spread[noises[$1]] },
      noisePriors: noises.map { j in
        free[j].prior.map { LinearisedFit.NoisePrior(offset: $0.mean - fit.point[j], sd: $0.sd) }
      })
    guard let linearised else { return nil }
    self.linearised = linearised
    self.series = series
    self.uniforms = uniforms
    targets = rows.map { ($0.member, $0.target) }
  }

  /// ln(stated / fitted noise) of each reading: with every noise parameter at its prior's centre.
  /// nil for readings whose noise rests on a parameter that has no prior.
  private static func statedNoise(
    _ problem: FitProblem, _ plan: ParameterPlan, _ fitted: [Double], noise: [Int],
    _ rows: [ShapeRow]
  ) -> [Double?] {
    let free = plan.free
    var point = fitted
    for j in noise { if let prior = free[j].prior { point[j] = prior.mean } }
    let information = problem.members.enumerated().map { number, member -> [Double]? in
      member.predictor.predict(problem.natural(point, member: number))
        .flatMap { problem.terms(of: member, $0, point) }?.map(\.term.information.mean)
    }
    return rows.map { row in
      let isUnstated = noise.contains { free[$0].prior == nil && abs(row.spread[$0]) > 1e-9 }
      guard !isUnstated, let stated = information[row.member]?[row.target] else { return nil }
      let ratio = row.information / stated
      return ratio > 0 && ratio.isFinite ? 0.5 * Double.log(ratio) : nil
    }
  }
}
