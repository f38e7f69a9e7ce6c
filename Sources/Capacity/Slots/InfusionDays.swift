/// The first day on which a batch can be infused, as a law, with the harvest day that leads to it.
public struct InfusionDays: Sendable, Hashable {
  /// A day and the probability of a harvest that first allows it.
  struct Share: Sendable, Hashable {
    let day: Int
    let probability: Double
  }

  /// By the day of the harvest after the start.
  let byHarvest: [[Share]]

  /// Days and probabilities, ascending; they sum to 1.
  let all: [(day: Int, probability: Double)]

  init(_ byHarvest: [[Share]]) {
    self.byHarvest = byHarvest
    var sums: [Int: Double] = [:]
    for share in byHarvest.joined() { sums[share.day, default: 0] += share.probability }
    all = sums.keys.sorted().map { ($0, sums[$0] ?? 0) }
  }

  /// A batch that starts on a day and is released a fixed number of days after its harvest.
  public init(start: Int, law: HarvestDayLaw, qcDays: Int) {
    self.init(
      law.probability.enumerated().map { k, p in
        p > 0 ? [Share(day: start + k + qcDays, probability: p)] : []
      })
  }

  /// A batch that starts on a day and goes the way of its product and centre after the harvest.
  ///
  /// Where the law does not tell the hour of the harvest, it is taken to begin in the last part of the
  /// day.
  public init(start: Int, law: HarvestDayLaw, delivery: SlotDelivery) {
    self.init(
      law.probability.enumerated().map { k, p in
        guard p > 0 else { return [] }
        let parts = law.parts.indices.contains(k) ? law.parts[k] : []
        var shares: [Int: Double] = [:]
        for (part, weight) in parts.isEmpty ? [(delivery.begins.count - 1, 1.0)] : Self.pairs(parts)
        where weight > 0 {
          for later in delivery.after(harvest: start + k, part: part) {
            shares[start + k + later.days, default: 0] += p * weight * later.share
          }
        }
        return shares.keys.sorted().map { Share(day: $0, probability: shares[$0] ?? 0) }
      })
  }

  private static func pairs(_ weights: [Double]) -> [(Int, Double)] {
    weights.enumerated().map { ($0.offset, $0.element) }
  }

  /// The first day by which that share can be infused; `level` in 0 ... 1.
  public func quantile(_ level: Double) -> Int {
    var sum = 0.0
    for (day, p) in all {
      sum += p
      if sum >= level - 1e-12, sum > 0 { return day }
    }
    return all.last?.day ?? 0
  }

  /// P(it can be infused on a day or earlier), of a culture that does not fail.
  public func byDay(_ day: Int) -> Double {
    min(1, all.reduce(0) { $1.day <= day ? $0 + $1.probability : $0 })
  }

  /// P(harvested on day j after the start or later, and infused by a day).
  func byDay(_ day: Int, harvestedFrom j: Int) -> Double {
    byHarvest.dropFirst(j).joined().reduce(0) { $1.day <= day ? $0 + $1.probability : $0 }
  }

  /// Mean days after a due day.
  public func late(after due: Int) -> Double {
    all.reduce(0) { $0 + $1.probability * Double(max(0, $1.day - due)) }
  }

  /// Equal by days and probabilities.
  public static func == (a: InfusionDays, b: InfusionDays) -> Bool { a.byHarvest == b.byHarvest }

  /// The days and probabilities.
  public func hash(into hasher: inout Hasher) { hasher.combine(byHarvest) }
}
