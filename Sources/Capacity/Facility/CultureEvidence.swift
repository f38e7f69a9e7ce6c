/// When cultures are ready, as fits and back-tests say.
public struct CultureEvidence: Sendable {
  /// Days from the start of the culture to the harvest, of those that reach it.
  public var law: Law
  /// Share that does not reach it; nil when the evidence does not say.
  public var failure: Double?
  /// What it is, in words.
  public var origin: String

  /// Evidence from its parts.
  public init(law: Law, failure: Double?, origin: String) {
    self.law = law
    self.failure = failure
    self.origin = origin
  }

  /// Evidence from probabilities that a culture has reached its criteria by some days.
  ///
  /// The chance that it has been ready by a day never falls: the largest so far is taken, its rises
  /// are the weights of the days, and what is missing to 1 at the end is the share that fails.
  /// Several cultures count alike. Nil when none ever has a chance.
  public init?(ready: [[(day: Double, probability: Double)]], origin: String) {
    var weights: [Double: Double] = [:]
    for culture in ready {
      var reached = 0.0
      for (day, probability) in culture.sorted(by: { $0.day < $1.day })
      where probability > reached && day >= 0 {
        weights[day, default: 0] += min(1, probability) - reached
        reached = min(1, probability)
      }
    }
    let total = weights.values.sorted().reduce(0, +)
    guard total > 0, !ready.isEmpty else { return nil }
    let days = weights.keys.sorted()
    self.init(
      law: .empirical(values: days, weights: days.map { (weights[$0] ?? 0) / total }),
      failure: max(0, 1 - total / Double(ready.count)), origin: origin)
  }
}

extension Facility {
  /// The facility with the culture of a product (of all for nil) as evidence says; where that tells a
  /// failure, it takes the place of the chance of a failure in culture, on the last day of the law.
  public func with(_ evidence: CultureEvidence, product name: String?) -> Facility {
    var other = self
    for index in products.indices where name == nil || products[index].name == name {
      other.products[index].culture = evidence.law
      if let failure = evidence.failure {
        other.products[index].failure.culture = failure
        if case .empirical(let values, _) = evidence.law {
          other.products[index].failure.cultureAfter = values.last ?? 0
        }
      }
    }
    return other
  }
}
