import ArgumentParser
import Inference

/// How far a fit is looked into beyond its estimates.
struct DepthArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "95 % intervals beside those of the curvature: profile, bootstrap, posterior, all or none.",
      discussion: "May be repeated. With -o and up to 12 runs: profile and posterior.",
      valueName: "kind"))
  var intervals: [IntervalArgument] = []

  @Option(
    help: ArgumentHelp(
      "How the posterior is drawn: laplace (importance-sampled, fast) or nuts (Markov chains).",
      valueName: "method"))
  var sampler = SamplerArgument.laplace

  /// What was asked for.
  var choice: DepthChoice { DepthChoice(intervals: intervals, sampler: sampler) }
}

/// How far a fit is looked into; the defaults are those of a command that does not ask.
struct DepthChoice {
  var intervals: [IntervalArgument] = []
  var sampler = SamplerArgument.laplace

  /// Most runs for which a report has profiles without being asked.
  static let mostRuns = 12

  /// The intervals that are wanted for a report, or without one.
  func kinds(runs: Int, report: Bool) -> Set<IntervalSet.Kind> {
    if intervals.contains(.none) { return [] }
    if intervals.contains(.all) { return [.profile, .bootstrap, .posterior] }
    if intervals.isEmpty {
      if sampler == .nuts { return [.posterior] }
      return report && runs <= DepthChoice.mostRuns ? [.profile, .posterior] : []
    }
    return Set(
      intervals.compactMap { kind -> IntervalSet.Kind? in
        switch kind {
        case .profile: .profile
        case .bootstrap: .bootstrap
        case .posterior: .posterior
        case .all, .none: nil
        }
      })
  }

  /// For the provenance block.
  var described: [(name: String, value: String)] {
    [("posterior", sampler.rawValue)]
      + (intervals.isEmpty
        ? [] : [("intervals", intervals.map(\.rawValue).joined(separator: ", "))])
  }
}

/// A kind of interval.
enum IntervalArgument: String, ExpressibleByArgument, CaseIterable {
  case profile, bootstrap, posterior, all, none
}

/// How the posterior is drawn.
enum SamplerArgument: String, ExpressibleByArgument, CaseIterable {
  case laplace, nuts
}
