import Bioreactor
import Statistics

extension ModelComparison {
  /// The one rule by which models are ranked.
  ///
  /// 1. Models are grouped by the measurements that they read. A group that reads cell counts comes
  ///    first, then one in which a usable model is not contradicted by its residuals, then the one that
  ///    most models share, then the one with most measurements. Without priors a group comes before all
  ///    of that in which a usable model has more measurements than parameters.
  /// 2. Of models that are the same on these data the one with fewest parameters is kept.
  /// 3. The criterion is AICc where every model has one. Where some have too few measurements for it,
  ///    models with priors are ranked by their evidence, which asks for no number of measurements. Without
  ///    priors AICc ranks those that have it, or BIC where none has; the others have no criterion.
  /// 4. They are ranked by the criterion: first those that nothing contradicts, then those that would
  ///    outgrow the platform by the harvest that is planned, then those that their residuals
  ///    contradict. Only the first have weights.
  mutating func rank() {
    let bases = entries.map { ModelComparison.basis($0.culture) }
    let twins = ModelComparison.twins(entries, bases)
    let members = Dictionary(grouping: entries.indices, by: { bases[$0] })
    let ranked = members.keys.sorted {
      let (a, b) = (worth(members[$0] ?? [], twins), worth(members[$1] ?? [], twins))
      if a != b { return a.lexicographicallyPrecedes(b) }
      return $0.lexicographicallyPrecedes($1)
    }
    guard let basis = ranked.first else { return }
    groups = members.count
    let own = entries.indices.filter {
      bases[$0] == basis && entries[$0].fit.isUsable && twins[$0] == nil
    }
    let tier = within(own).map { ModelComparison.tier(entries[$0].fit) }.min()
    let byEvidence =
      own.allSatisfy { entries[$0].fit.plan.hasPriors }
      && own.contains { entries[$0].fit.aicc == nil }
    criterion = byEvidence ? ModelComparison.evidence : tier == 0 ? "AICc" : "BIC"
    for index in entries.indices {
      entries[index].isComparable = bases[index] == basis
      entries[index].standing = standing(index, twins, tier: tier)
    }
    // What is known of the platform sets models apart only where one of them keeps within it.
    if entries.contains(where: { $0.standing == .contender && !$0.isBeyondCapacity }) {
      for index in entries.indices
      where entries[index].standing == .contender && entries[index].isBeyondCapacity {
        entries[index].standing = .beyondCapacity
      }
    }
    let criterion = criterion
    func score(_ entry: Entry) -> Double {
      ModelComparison.value(entry.fit, by: criterion) ?? .infinity
    }
    let best = entries.filter(\.isRanked).map(score).min()
    let isAlone = entries.count { $0.isRanked } < 2
    let contenders = entries.indices.filter { entries[$0].standing == .contender }
    let weights = ModelWeights.information(contenders.map { score(entries[$0]) })
    for index in entries.indices {
      let entry = entries[index]
      entries[index].delta = entry.isRanked ? best.map { score(entry) - $0 } : nil
      entries[index].weight = nil
    }
    if !isAlone {
      for (index, weight) in zip(contenders, weights) { entries[index].weight = weight }
    }
    entries.sort {
      let a = (ModelComparison.order($0), score($0), $0.fit.model)
      let b = (ModelComparison.order($1), score($1), $1.fit.model)
      return a < b
    }
    compared = Set(
      entries.filter(\.isComparable).flatMap(\.culture.targets).map(\.observation.quantity)
    ).sorted()
  }

  /// 0 where AICc is defined, 1 where there are more measurements than parameters, 2 otherwise.
  private static func tier(_ fit: FitResult) -> Int {
    fit.aicc != nil ? 0 : fit.measurements > fit.estimated ? 1 : 2
  }

  /// Models that keep within what the platform carries; all of them where none does.
  private func within(_ indices: [Int]) -> [Int] {
    let kept = indices.filter {
      !entries[$0].isBeyondCapacity && entries[$0].checks?.isMisfit != true
    }
    return kept.isEmpty ? indices : indices.filter { !entries[$0].isBeyondCapacity }
  }

  /// What puts a group before another; lower comes first, number by number.
  private func worth(_ members: [Int], _ twins: [Int: String]) -> [Int] {
    let usable = within(members.filter { entries[$0].fit.isUsable && twins[$0] == nil })
    let tier = usable.map { ModelComparison.tier(entries[$0].fit) }.min()
    let informed = usable.filter { entries[$0].fit.plan.hasPriors }
    let best =
      informed.isEmpty ? usable.filter { ModelComparison.tier(entries[$0].fit) == tier } : usable
    // The evidence asks for no number of measurements.
    let hasEvidence = informed.contains { entries[$0].fit.logEvidence != nil }
    let rank = hasEvidence ? 0 : tier.map { $0 < 2 ? 0 : 1 } ?? 2
    let targets = members.first.map { entries[$0].culture.targets } ?? []
    let counts = targets.contains { PredictiveCheck.counts.contains($0.observation.quantity) }
    let isSound = best.contains { entries[$0].checks?.isMisfit != true }
    return [rank, counts ? 0 : 1, isSound ? 0 : 1, -usable.count, -targets.count]
  }

  private func standing(_ index: Int, _ twins: [Int: String], tier: Int?) -> Standing {
    let entry = entries[index]
    if !entry.isComparable { return .otherMeasurements }
    if !entry.fit.isUsable { return .notUsable }
    if let other = twins[index] { return .sameAs(other) }
    if criterion == ModelComparison.evidence {
      if entry.fit.logEvidence == nil { return .tooFew }
    } else if ModelComparison.tier(entry.fit) > tier ?? 2 {
      return .tooFew
    }
    return entry.checks?.isMisfit == true ? .contradicted : .contender
  }

  private static func order(_ entry: Entry) -> Int {
    switch entry.standing {
    case .contender: 0
    case .beyondCapacity: 1
    case .contradicted: 2
    case .tooFew: 3
    case .sameAs: 4
    case .notUsable: 5
    case .otherMeasurements: 6
    }
  }

  /// Models that are another one on these data, by index, with that one's name: the same measurements,
  /// number of estimated parameters, cost to 1e-6, and predictions to a hundredth of the noise.
  private static func twins(_ entries: [Entry], _ bases: [[String]]) -> [Int: String] {
    var twins: [Int: String] = [:]
    let order = entries.indices.filter { entries[$0].fit.isUsable }.sorted {
      let a = (entries[$0].culture.model.parameters.count, entries[$0].fit.model)
      let b = (entries[$1].culture.model.parameters.count, entries[$1].fit.model)
      return a < b
    }
    for (place, index) in order.enumerated() {
      let other = order[..<place].first {
        twins[$0] == nil && bases[$0] == bases[index]
          && areTheSame(entries[$0].fit, entries[index].fit)
      }
      if let other { twins[index] = entries[other].fit.model }
    }
    return twins
  }

  private static func areTheSame(_ a: FitResult, _ b: FitResult) -> Bool {
    guard a.estimated == b.estimated, a.residuals.count == b.residuals.count,
      abs(a.logLikelihood + a.logPrior - b.logLikelihood - b.logPrior) <= 1e-6
    else { return false }
    func sorted(_ fit: FitResult) -> [FitResult.Residual] {
      fit.residuals.sorted {
        ($0.observation.place, $0.observation.quantity)
          < ($1.observation.place, $1.observation.quantity)
      }
    }
    return zip(sorted(a), sorted(b)).allSatisfy { x, y in
      if let x = x.standardised, let y = y.standardised { return abs(x - y) <= 0.01 }
      return abs(x.mean - y.mean) <= 1e-3 * abs(x.mean)
    }
  }

  /// What a model is held against: each reading, and whether it has a density or, as counted cells, a
  /// probability. Likelihoods compare on equal ones only.
  private static func basis(_ culture: Culture) -> [String] {
    culture.targets.map { target in
      let observation = target.observation
      let family = culture.model.observables[target.observable].family
      let isMass = observation.count != nil && NoiseDraw.isCounted(family) || family.isFraction
      return "\(observation.place) \(observation.quantity) \(isMass ? "probability" : "density")"
    }.sorted()
  }
}
