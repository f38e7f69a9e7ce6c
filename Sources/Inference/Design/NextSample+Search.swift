import Bioreactor
import LinearAlgebra
import ModelLanguage
import Quantities
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
    try self.init(
      fit, joint: [fitted], member: 0, planned: planned, question: question, options: options)
  }

  /// The same for run number `member` (by name) of a fit of several runs; `sharing` is that of the
  /// fit.
  public init(
    _ fit: FitResult, joint cultures: [Culture], member: Int, planned: Culture,
    sharing: Sharing = Sharing(), question: Question, options: FitOptions = FitOptions()
  ) throws(Refusal) {
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    guard fit.isUsable, cultures.indices.contains(member), fit.runs.count == cultures.count else {
      throw Refusal(
        description: "The fit is not usable (\(fit.termination.advice)), so no sample is planned.")
    }
    guard fit.covariance != nil, let covariance = fit.boxCovariance else {
      throw Refusal(
        description: "The measurements and priors leave a direction free "
          + "(\(fit.covarianceRefusal ?? "no covariance")), so the forecast has no error to narrow. "
          + "Take the samples that the notes of the fit name, or use priors.")
    }
    let fitted = cultures[member]
    let menu = try NextSample.menu(fitted, planned, question)
    let basis = Basis(
      fit, cultures, member: member, sharing: sharing, options: options, covariance: covariance)
    let problem = FitProblem(cultures, plan: basis.plan, options: options)
    let probe = CurveProbe(
      planned, member: member, points: menu.points, plan: basis.plan, options: options)
    let points =
      question.points.isEmpty
      ? basis.points(fit, covariance, count: question.draws, seed: options.seed)
      : basis.points(question.points)
    let sights = points.compactMap {
      Sight(problem, probe, menu, basis, at: $0, planned: planned)
    }
    guard let first = sights.first else {
      throw Refusal(
        description: "The culture cannot be carried to \(NextSample.day(question.target)) at the "
          + "estimate.")
    }
    let everything = menu.entries.indices.map { NextSample.candidate($0, menu, sights, basis) }
    let open = menu.entries.indices.filter {
      !everything[$0].isCostly && !first.rows[$0].isEmpty
    }
    var chosen: [Candidate] = []
    var taken: [Int] = []
    var state = sights
    for _ in 0..<min(max(question.samples, 1), open.count) {
      guard
        let pick = open.filter({ !taken.contains($0) })
          .map({ ($0, NextSample.candidate($0, menu, state, basis)) })
          .min(by: { $0.1.sd < $1.1.sd })
      else { break }
      taken.append(pick.0)
      chosen.append(pick.1)
      for k in state.indices { state[k].information.add(state[k].rows[pick.0]) }
    }
    let last = fitted.targets.map(\.observation.time).max() ?? planned.timeline.start
    self.init(
      question: question, model: planned.model.name,
      quantity: planned.model.observables[menu.points[0].observable].name,
      stage: NextSample.stage(planned, now: question.now ?? last), mean: first.mean,
      sd: Sight.sd(sights.map(\.variance)), candidates: everything, best: chosen,
      limiting: NextSample.limiting(first, basis, fit), points: sights.count,
      notes: menu.notes(fitted) + NextSample.notes(everything, first.rows, planned, question))
  }

  /// What can be tried; throws when that is nothing.
  private static func menu(
    _ fitted: Culture, _ planned: Culture, _ question: Question
  ) throws(Refusal) -> Menu {
    let observables = planned.model.observables.map(\.name)
    guard let quantity = ["tvc", "vcd", "fold"].first(where: observables.contains) else {
      throw Refusal(
        description: "The model \(planned.model.name) shows no number of viable cells to forecast.")
    }
    let known = question.assays.filter(observables.contains)
    guard !known.isEmpty, question.times.contains(where: { $0 < question.target }) else {
      throw Refusal(
        description: known.isEmpty
          ? "The model \(planned.model.name) observes none of "
            + "\(question.assays.joined(separator: ", ")); it observes "
            + "\(observables.joined(separator: ", "))."
          : "There is no time left for a sample before \(NextSample.day(question.target)).")
    }
    return Menu(planned, fitted: fitted, quantity: quantity, assays: known, question: question)
  }

  private static func candidate(
    _ index: Int, _ menu: Menu, _ sights: [Sight], _ basis: Basis
  ) -> Candidate {
    let entry = menu.entries[index]
    let after = sights.map { $0.information.adding($0.rows[index]) }
    let variances = zip(after, sights).map { $1.variance($0) }
    let gains = zip(after, sights).map { basis.gain(from: $1.information, to: $0) }
    let density = entry.density.map { sights[0].means[$0] }
    let volume = menu.question.volume(entry.assay)
    return Candidate(
      time: entry.time, assay: entry.assay, sd: Sight.sd(variances),
      gain: gains.reduce(0, +) / Double(gains.count),
      sharpened: basis.sharpened(from: sights[0].information, to: after[0]),
      cells: density.map { $0 * volume }, share: entry.vessel.map { volume / $0 })
  }

  private static func limiting(_ sight: Sight, _ basis: Basis, _ fit: FitResult) -> Limiting? {
    let own = sight.information.variance(of: sight.target)
    guard sight.variance > 0 else { return nil }
    var shares = basis.inside.indices.map { k in
      (
        name: basis.plan.free[basis.inside[k]].name,
        share: sight.information.share(of: k, in: sight.target) * own / sight.variance
      )
    }
    shares.append((ParameterPlan.donorSpread, sight.donor * sight.donor / sight.variance))
    guard let top = shares.max(by: { $0.share < $1.share }), top.share > 0 else { return nil }
    switch fit.parameter(top.name)?.verdict {
    case .priorOf(let partner):
      return Limiting(name: top.name, share: top.share, isPrior: true, partner: partner)
    case .priorOnly, nil: return Limiting(name: top.name, share: top.share, isPrior: true)
    default: return Limiting(name: top.name, share: top.share, isPrior: false)
    }
  }

  /// What was not tried or is not advised.
  private static func notes(
    _ candidates: [Candidate], _ rows: [[[Double]]], _ planned: Culture, _ question: Question
  ) -> [String] {
    let observables = planned.model.observables.map(\.name)
    var notes = question.assays.filter { !observables.contains($0) }.map {
      "The model \(planned.model.name) does not observe \($0); left out."
    }
    var silent: [String] = []
    for (candidate, rows) in zip(candidates, rows)
    where rows.isEmpty && !silent.contains(candidate.assay) {
      silent.append(candidate.assay)
    }
    notes += silent.map {
      "\($0) is left out where its noise is not known: give raw counts, or write a number of counted "
        + "cells into the model."
    }
    if let worst = candidates.filter(\.isCostly).max(by: { ($0.share ?? 0) < ($1.share ?? 0) }) {
      notes.append(
        "Samples of more than \(NumberText.percent(NextSample.mostShare)) of the culture are not "
          + "advised: \(worst.assay) on \(NextSample.day(worst.time)) would take "
          + "\(NumberText.significant((worst.share ?? 0) * 100, 2)) %.")
    }
    return notes
  }
}
