import Quantities

/// The weights at which a band allows no dose, because its least dose is above its greatest.
public struct EmptyWeights: Hashable, Sendable, CustomStringConvertible {
  /// The dose level that the band belongs to; nil for a rule without levels.
  public let level: String?
  /// The band.
  public let band: WeightBand
  /// No dose above this weight, kg; nil when the range is never empty upwards.
  public let above: Rational?
  /// No dose below this weight, kg; nil when the range is never empty downwards.
  public let below: Rational?

  /// `above 200 kg the least dose is above the greatest: refused there`.
  public var description: String {
    let ends = [
      below.map { "below \(ExactText.decimal($0)) kg" },
      above.map { "above \(ExactText.decimal($0)) kg" },
    ].compactMap(\.self).joined(separator: " and ")
    return (level.map { "level \($0): " } ?? "") + ends
      + " the least dose is above the greatest: refused there"
  }
}

extension DoseRule {
  /// Where the rule allows no dose, inside its bands and inside plausible weights.
  ///
  /// A least dose of a cells/kg meets a flat greatest dose b at W = b / a and is above it beyond; a
  /// flat least dose a meets b cells/kg at W = a / b and is above it before. Whole cells aside.
  public func emptyWeights(within plausible: PlausibleWeight = PlausibleWeight()) -> [EmptyWeights]
  {
    let owned =
      bands.map { (level: String?.none, band: $0) }
      + levels.flatMap { level in level.bands.map { (level: level.name, band: $0) } }
    return owned.compactMap { level, band in
      guard let least = band.leastLine else { return nil }
      let low = max(band.lower?.mass.kilograms ?? plausible.lower, plausible.lower)
      let high = min(band.upper?.mass.kilograms ?? plausible.upper, plausible.upper)
      var above: Rational?
      var below: Rational?
      for most in band.mostLines where most.perKilogram != least.perKilogram {
        if least.perKilogram, let meet = try? most.number.divided(by: least.number), meet < high {
          above = min(above ?? meet, max(meet, low))
        }
        if most.perKilogram, let meet = try? least.number.divided(by: most.number), meet > low {
          below = max(below ?? meet, min(meet, high))
        }
      }
      if above == nil, below == nil { return nil }
      return EmptyWeights(level: level, band: band, above: above, below: below)
    }
  }
}

extension WeightBand {
  fileprivate typealias Line = (number: Rational, perKilogram: Bool)

  fileprivate var leastLine: Line? {
    if let minimum { return (minimum.number, minimum.isPerKilogram) }
    guard let target, let tolerance, let share = try? tolerance.complement(),
      let least = try? target.number.times(share)
    else { return nil }
    return (least, target.isPerKilogram)
  }

  /// The stated maximum, else the target (a tolerance only raises it), and the cap.
  fileprivate var mostLines: [Line] {
    var lines: [Line] = []
    if let most = maximum ?? target { lines.append((most.number, most.isPerKilogram)) }
    if let cap { lines.append((cap.rational, false)) }
    return lines
  }
}
