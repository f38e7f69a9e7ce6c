#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The leapfrog step by Nesterov's dual averaging of the acceptance statistic.
///
/// With gamma 0.05, t0 10 and kappa 0.75. Reference: Hoffman and Gelman (2014), JMLR 15, 1593-1623,
/// algorithm 6.
struct StepSize: Sendable {
  private let target: Double
  private var count = 0.0
  private var error = 0.0
  private var average = 0.0
  private var anchor = 0.0
  /// The step to take now.
  private(set) var current: Double

  init(target: Double, first: Double) {
    self.target = target
    current = first
    restart(from: first)
  }

  /// Forgets what was learned; the search is drawn towards ten times the step given.
  mutating func restart(from step: Double) {
    (count, error, average) = (0, 0, 0)
    anchor = log(10 * step)
    current = step
  }

  /// Learns from one transition's acceptance statistic, 0 ... 1.
  mutating func learn(_ acceptance: Double) {
    count += 1
    let weight = 1 / (count + 10)
    error = (1 - weight) * error + weight * (target - min(1, acceptance))
    let logStep = anchor - error * count.squareRoot() / 0.05
    let fade = exp(-0.75 * log(count))
    average = fade * logStep + (1 - fade) * average
    current = exp(logStep)
  }

  /// The step after warm-up.
  var final: Double { count > 0 ? exp(average) : current }
}
