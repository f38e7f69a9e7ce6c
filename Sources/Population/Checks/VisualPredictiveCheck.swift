import Quantities

/// Quantiles of the measurements beside those of simulated populations, bin by bin.
///
/// Within a bin the 5, 50 and 95 % quantiles of what was seen should lie in the central 95 % of the
/// same quantiles of the replicates. Prediction correction removes what the design alone moves within
/// a bin: y * (median of the typical values in the bin) / (typical value of the reading). Sources:
/// Holford (2005), PAGE 14, abstract 738; Bergstrand et al. (2011), AAPS J 13:143.
public struct VisualPredictiveCheck: Sendable, Equatable {
  /// One quantile in one bin.
  public struct Band: Sendable, Equatable {
    /// Probability of the quantile.
    public let probability: Double
    /// Of the measurements.
    public let observed: Double
    /// Quantiles of the replicates' quantiles: 2.5, 50 and 97.5 %.
    public let low, median, high: Double
    /// True when the observed quantile lies in low ... high.
    public var holds: Bool { low <= observed && observed <= high }
  }

  /// One bin of one quantity.
  public struct Bin: Sendable, Equatable {
    /// The quantity.
    public let quantity: String
    /// From where to where its readings lie.
    public let from, to: Double
    /// Readings in it.
    public let count: Int
    /// One band a probability.
    public let bands: [Band]
  }

  /// The bins, quantity after quantity.
  public let bins: [Bin]
  /// Whether predictions were corrected for.
  public let isCorrected: Bool
  /// Replicates behind each band.
  public let replicates: Int

  /// Bands that hold, of all.
  public var holding: (count: Int, of: Int) {
    let bands = bins.flatMap(\.bands)
    return (bands.count(where: \.holds), bands.count)
  }

  /// The check with at most so many bins a quantity, of equal counts; equal x stay together.
  ///
  /// Censored readings are left out, in the replicates as well. Quantiles interpolate linearly (type
  /// 7 of Hyndman and Fan 1996). A correction needs typical values of one sign; where a bin has others,
  /// it is left as it is.
  public init(
    _ replicates: PopulationReplicates, bins most: Int = 8,
    probabilities: [Double] = [0.05, 0.5, 0.95], corrected: Bool = true
  ) {
    isCorrected = corrected
    self.replicates = replicates.simulated.count
    let seen = replicates.readings.indices.filter { replicates.readings[$0].y != nil }
    let quantities = Set(seen.map { replicates.readings[$0].quantity }).sorted()
    bins = quantities.flatMap { quantity -> [Bin] in
      let own = seen.filter { replicates.readings[$0].quantity == quantity }
      return VisualPredictiveCheck.split(own, replicates.readings.map(\.x), max(most, 1)).map {
        VisualPredictiveCheck.bin(quantity, $0, replicates, probabilities, corrected)
      }
    }
  }

  /// Indices in order of x, cut into parts of nearly equal count between different x.
  static func split(_ indices: [Int], _ x: [Double], _ most: Int) -> [[Int]] {
    let sorted = indices.sorted { (x[$0], $0) < (x[$1], $1) }
    var groups: [[Int]] = []
    for index in sorted {
      if let last = groups.last?.last, x[last] == x[index] {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    var bins: [[Int]] = []
    var taken = 0
    for group in groups {
      // The bin in which the middle of the group lies.
      let middle = Double(taken) + 0.5 * Double(group.count)
      let place = Int(middle * Double(most) / Double(sorted.count))
      taken += group.count
      if let last = bins.indices.last, last >= place || bins.count >= most {
        bins[last] += group
      } else {
        bins.append(group)
      }
    }
    return bins
  }

  private static func bin(
    _ quantity: String, _ indices: [Int], _ all: PopulationReplicates, _ probabilities: [Double],
    _ corrected: Bool
  ) -> Bin {
    let typical = indices.map { all.typical[$0] }
    let middle = quantile(typical.sorted(), 0.5)
    let isOneSign = typical.allSatisfy { $0 > 0 } || typical.allSatisfy { $0 < 0 }
    let factors = typical.map { corrected && isOneSign ? middle / $0 : 1 }
    let observed = zip(indices, factors).map { (all.readings[$0].y ?? .nan) * $1 }.sorted()
    let simulated = all.simulated.map { row in
      zip(indices, factors).map { row[$0] * $1 }.sorted()
    }
    let x = indices.map { all.readings[$0].x }
    return Bin(
      quantity: quantity, from: x.min() ?? 0, to: x.max() ?? 0, count: indices.count,
      bands: probabilities.map { p in
        let quantiles = simulated.map { quantile($0, p) }.sorted()
        return Band(
          probability: p, observed: quantile(observed, p), low: quantile(quantiles, 0.025),
          median: quantile(quantiles, 0.5), high: quantile(quantiles, 0.975))
      })
  }

  /// The quantile of sorted numbers, type 7.
  static func quantile(_ sorted: [Double], _ p: Double) -> Double {
    guard let first = sorted.first else { return .nan }
    let place = min(max(p, 0), 1) * Double(sorted.count - 1)
    let low = Int(place)
    guard low + 1 < sorted.count else { return sorted.last ?? first }
    return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
  }
}
