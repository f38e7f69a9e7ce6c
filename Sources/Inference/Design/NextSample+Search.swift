import Bioreactor
import LinearAlgebra
import ModelLanguage
import Quantities
import Randomness
import RunRecords

extension NextSample {
  /// The next best sample after a fit of one run.
  ///
  /// `planned` is the fitted culture with all its planned operations. Throws `Refusal` when the fit
  /// is not usable, leaves a direction free, or the model has no number of viable cells.
  public init(
    _ fit: FitResult, fitted: Culture, planned: Culture, question: Question,
    options: FitOptions = FitOptions()
  ) throws(Refusal) {
    guard fit.isUsable, fit.runs.count == 1 else {
      throw Refusal(
        description: "The fit is not usable (\(fit.termination.advice)), so no sample is planned.")
    }
    guard fit.covariance != nil, let covariance = fit.boxCovariance else {
      throw Refusal(
        description: "The measurements and priors leave a direction free "
          + "(\(fit.covarianceRefusal ?? "no covariance")), so the forecast has no error to narrow. "
          + "Take the samples that the notes of the fit name, or use priors.")
    }
    let observables = planned.model.observables.map(\.name)
    guard let quantity = ["tvc", "vcd", "fold"].first(where: observables.contains) else {
      throw Refusal(
        description: "The model \(planned.model.name) shows no number of viable cells to forecast.")
    }
    let known = question.assays.filter(observables.contains)
    guard !known.isEmpty, !question.times.isEmpty else {
      throw Refusal(
        description: known.isEmpty
          ? "The model \(planned.model.name) observes none of \(question.assays.joined(separator: ", ")); "
            + "it observes \(observables.joined(separator: ", "))."
          : "There is no time left for a sample before \(NextSample.day(question.target)).")
    }
    let menu = Menu(planned, quantity: quantity, assays: known, question: question)
    let inside = fit.plan.free.indices.filter { covariance[$0, $0] > 0 }
    var sights: [Sight] = []
    let problem = FitProblem(fitted, plan: fit.plan, options: options)
    let probe = CurveProbe(planned, points: menu.points, plan: fit.plan, options: options)
    for p in NextSample.points(fit, covariance, inside, count: question.draws, seed: options.seed) {
      let sight = Sight(
        problem, probe, menu, at: p, inside: inside, active: fit.assessedBounds)
      if let sight { sights.append(sight) }
    }
    guard let first = sights.first else {
      throw Refusal(
        description: "The culture cannot be carried to \(NextSample.day(question.target)) at the "
          + "estimate.")
    }
    self.question = question
    model = planned.model.name
    self.quantity = quantity
    points = sights.count
    mean = first.mean
    let now = Sight.sd(sights.map { $0.information.variance(of: $0.target) })
    sd = now
    let everything = menu.entries.indices.map { NextSample.candidate($0, menu, sights) }
    candidates = everything
    mostInformative = everything.max { $0.gain < $1.gain }
    var chosen: [Candidate] = []
    var taken: [Int] = []
    var state = sights
    for _ in 0..<min(max(question.samples, 1), menu.entries.count) {
      let left = menu.entries.indices.filter { !taken.contains($0) }
      guard
        let pick = left.map({ ($0, NextSample.candidate($0, menu, state)) })
          .min(by: { $0.1.sd < $1.1.sd })
      else { break }
      taken.append(pick.0)
      chosen.append(pick.1)
      for k in state.indices { state[k].information.add(state[k].rows[pick.0]) }
    }
    best = chosen
    let shares = inside.indices.map { first.information.share(of: $0, in: first.target) }
    let top = shares.indices.max { shares[$0] < shares[$1] }
    limiting = top.map { k in
      let name = fit.plan.free[inside[k]].name
      return (name, shares[k], fit.parameter(name)?.verdict == .priorOnly)
    }
    let unknown = question.assays.filter { !observables.contains($0) }
    notes = unknown.map { "The model \(planned.model.name) does not observe \($0); left out." }
  }

  private static func candidate(_ index: Int, _ menu: Menu, _ sights: [Sight]) -> Candidate {
    let entry = menu.entries[index]
    let after = sights.map { $0.information.adding($0.rows[index]) }
    let variances = zip(after, sights).map { $0.variance(of: $1.target) }
    let gains = zip(after, sights).map { $0.gain - $1.information.gain }
    let density = entry.density.map { sights[0].means[$0] }
    let volume = menu.question.volume(entry.assay)
    return Candidate(
      time: entry.time, assay: entry.assay, sd: Sight.sd(variances),
      gain: gains.reduce(0, +) / Double(gains.count), cells: density.map { $0 * volume },
      share: entry.vessel.map { volume / $0 })
  }

  /// The estimate, or draws from the normal approximation about it inside the bounds.
  private static func points(
    _ fit: FitResult, _ covariance: Matrix, _ inside: [Int], count: Int, seed: UInt64
  ) -> [[Double]] {
    let small = Matrix(rows: inside.count, columns: inside.count) {
      covariance[inside[$0], inside[$1]]
    }
    guard count > 0, let factor = try? Cholesky(small) else { return [fit.point] }
    return [fit.point]
      + (0..<count).map { index in
        var stream = RandomStream(
          seed: seed, name: fit.run, purpose: "design", index: UInt64(index))
        let step = (try? factor.lower.times(inside.map { _ in stream.normal() })) ?? []
        var p = fit.point
        for (k, j) in inside.enumerated() where k < step.count {
          p[j] = (p[j] + step[k]).clamped(to: fit.plan.free[j].bounds)
        }
        return p
      }
  }

  /// Everything that is looked at.
  struct Menu {
    struct Entry {
      let time: Double
      let assay: String
      /// Where its own mean stands among the points.
      let point: Int
      /// Where the viable density stands.
      let density: Int?
      /// Culture volume then, mL.
      let vessel: Double?
      /// Expected counted cells for one unit of the quantity, as in the run's last count.
      let exposure: Double?
    }

    let question: Question
    let model: Model
    let points: [CurveProbe.Point]
    let entries: [Entry]

    init(_ culture: Culture, quantity: String, assays: [String], question: Question) {
      self.question = question
      model = culture.model
      let names = culture.model.observables.map(\.name)
      func at(_ time: Double, _ name: String) -> CurveProbe.Point? {
        names.firstIndex(of: name).map {
          CurveProbe.Point(instant: Instant(time: time), observable: $0)
        }
      }
      var points = [at(question.target, quantity)].compactMap { $0 }
      var entries: [Entry] = []
      let times = Set(question.times.filter { $0 < question.target }).sorted()
      for time in times {
        let density = at(time, "vcd").map { point -> Int in
          points.append(point)
          return points.count - 1
        }
        for assay in assays {
          guard let point = at(time, assay) else { continue }
          points.append(point)
          let timeline = culture.timeline
          entries.append(
            Entry(
              time: time, assay: assay, point: points.count - 1, density: density,
              vessel: timeline.knowsVolume ? timeline.volume(at: time, phase: .before) : nil,
              exposure: culture.run.observations.last {
                $0.quantity == assay && $0.count != nil
              }?.count?.exposure))
        }
      }
      self.points = points
      self.entries = entries
    }
  }

  /// What one parameter point says.
  struct Sight {
    var information: SampleInformation
    /// d ln (viable cells at the target) / d parameter.
    let target: [Double]
    let mean: Double
    let means: [Double]
    /// Rows of information of each entry of the menu.
    let rows: [[[Double]]]

    /// nil where the model cannot be computed or the information is singular.
    init?(
      _ problem: FitProblem, _ probe: CurveProbe, _ menu: Menu, at p: [Double], inside: [Int],
      active: [ActiveBound]
    ) {
      let ones = inside.map { _ in 1.0 }
      guard let line = problem.linearise(at: p),
        let own = try? BoxInformation.rows(
          line.rows, bounds: problem.plan.free.map(\.bounds), active: active
        ).selecting(inside, scaledBy: ones),
        let information = try? SampleInformation(rows: own),
        let seen = probe.slopes(at: p), seen.means[0] > 0
      else { return nil }
      self.information = information
      mean = seen.means[0]
      means = seen.means
      target = inside.map { seen.slopes[0, $0] / seen.means[0] }
      rows = menu.entries.map { entry in
        let i = entry.point
        let family = menu.model.observables[menu.points[i].observable].family
        let m = seen.means[i]
        let link = family.scale.toEstimation(m)
        let slope = family.scale.slope(atNatural: m)
        let count = entry.exposure.map {
          Observation.Count(cells: .exact(max(1, (m * $0).rounded())), exposure: $0)
        }
        guard link.isFinite, slope > 0,
          let term = NoiseTerm.evaluate(
            reading: .exact(m), count: count, family: family, mean: link, scale: seen.noise[i])
        else { return [] }
        var rows: [[Double]] = []
        term.rows { mean, scale, _ in
          rows.append(
            inside.map {
              mean * seen.slopes[i, $0] / slope + scale * seen.noiseSlopes[i, $0] / seen.noise[i]
            })
        }
        return rows.filter { $0.allSatisfy(\.isFinite) }
      }
    }

    /// Root of the mean variance.
    static func sd(_ variances: [Double]) -> Double {
      (variances.reduce(0, +) / Double(variances.count)).squareRoot()
    }
  }
}
