/// How stochastic approximation is run.
public struct SaemOptions: Sendable, Hashable {
  /// Iterations in which each new sample replaces the statistics.
  public var burnIn = 300
  /// Iterations in which statistics are averaged, with weights 1/k^decay.
  public var smoothing = 300
  /// 1 is the classical average. Below it the estimates keep moving, and are themselves averaged
  /// over the smoothing (Polyak and Juditsky 1992, SIAM J Control Optim 30:838): where data tell
  /// little of single donors 1/k would stop the search before it arrives.
  public var decay = 0.7
  /// Chains a donor; nil for so many that all donors together have at least 60.
  public var chains: Int?
  /// In the first half of the burn-in a variance falls by no more than this factor an iteration, so
  /// that chains wander before they settle (simulated annealing).
  public var annealing = 0.9
  /// Draws a donor of the log-likelihood and of the standard errors at the end.
  public var draws = 1000
  /// Rounds at most: where the gradient is not small, smoothing goes on for as long again as it took.
  public var rounds = 5

  /// The defaults.
  public init() {}

  /// What is wrong, in words; nil when they can be used.
  var fault: String? {
    if burnIn < 1 || smoothing < 10 { return "SAEM needs a burn-in and at least 10 iterations." }
    if !(decay > 0.5 && decay <= 1) { return "SAEM's decay must lie above 0.5 and up to 1." }
    if let chains, chains < 1 { return "SAEM needs at least one chain a donor." }
    if !(annealing >= 0 && annealing < 1) { return "SAEM's annealing must lie in 0 ..< 1." }
    if draws < IntegrationRule.leastDraws {
      return "SAEM needs at least \(IntegrationRule.leastDraws) draws for its log-likelihood."
    }
    return (1...20).contains(rounds) ? nil : "SAEM takes 1 to 20 rounds."
  }
}
