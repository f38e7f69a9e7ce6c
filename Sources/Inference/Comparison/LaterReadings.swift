import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Readings after those of a fit, held against what the fit expects of them.
public struct LaterReadings: Sendable {
  /// One reading that is there already although the fit did not see it.
  public struct Reading: Sendable {
    /// The measurement.
    public let observation: Observation
    /// 95 % of what the fit expects a measurement to read then, base units.
    public let expected: ClosedRange<Double>

    /// True outside that band.
    public var isOff: Bool { !expected.contains(observation.value.number) }
  }

  /// Exact readings of what the fit used, in order of time; never empty.
  public let readings: [Reading]
  /// The last hour that the fit used.
  let last: Double

  /// Those outside the band.
  public var off: [Reading] { readings.filter(\.isOff) }

  /// True when they speak against the fit: more of them lie outside than one in five. One shared error of
  /// the curve moves all of them, so a single one of many proves nothing.
  public var isOff: Bool { off.count * 5 > readings.count }

  /// nil when there are none, or when the draws cannot be carried that far.
  public init?(
    _ fit: FitResult, _ culture: Culture, _ posterior: Posterior, run: Run, options: FitOptions,
    threads: Int = 1
  ) {
    guard let whole = try? Culture(model: culture.model, run: run, platform: culture.platform),
      let last = culture.targets.map(\.observation.time).max(), run.donor != .pooled
    else { return nil }
    let used = Set(culture.targets.map(\.observable))
    let later = whole.targets.filter {
      $0.observation.time > last && used.contains($0.observable) && $0.observation.value.isExact
    }
    let instants = later.map { Instant(time: $0.observation.time, phase: $0.observation.phase) }
    let observables = Set(later.map(\.observable)).sorted()
    guard !later.isEmpty,
      let ensemble = try? Ensemble(
        posterior, whole, instants: instants, observables: observables, run: fit.run,
        options: options, threads: threads)
    else { return nil }
    var readings: [Reading] = []
    for (place, target) in later.enumerated() {
      guard let k = observables.firstIndex(of: target.observable),
        let band = try? ensemble.measurement(instant: place, observable: k)
      else { return nil }
      readings.append(Reading(observation: target.observation, expected: band.ninetyFive))
    }
    self.readings = readings
    self.last = last
  }

  /// How many lie outside, and the farthest of them.
  public var sentence: String {
    let n = NumberText.counted(readings.count, "later reading")
    let seen =
      "\(n) (after \(NextSample.day(last))) \(readings.count == 1 ? "was" : "were") left out"
    let off = off
    guard
      let worst = off.max(by: { LaterReadings.distance($0) < LaterReadings.distance($1) })
    else {
      return
        "\(seen); \(readings.count == 1 ? "it lies" : "all lie") in the 95 % band of the forecast."
    }
    let unit = MeasuredQuantity.named(worst.observation.quantity).flatMap {
      try? Unit(parsing: $0.unit)
    }
    let base = unit ?? .one
    let band = PrintedRange(
      base.fromBase(worst.expected.lowerBound), base.fromBase(worst.expected.upperBound), unit: base
    )
    let value = PrintedRange(
      base.fromBase(worst.observation.value.number),
      base.fromBase(worst.observation.value.number), unit: base)
    let where_ =
      "\(worst.observation.quantity) of day \(ResidualWords.day(worst.observation.time)) "
      + "(\(worst.observation.place)) is \(value.with(value.low)) where \(band.low) to "
      + "\(band.with(band.high)) was forecast"
    return
      "\(seen), and \(off.count == readings.count && off.count > 1 ? "all" : "\(off.count)") "
      + "\(off.count == 1 ? "lies" : "lie") outside the 95 % band of the forecast (farthest: \(where_))"
      + (isOff ? ": this fit did not foresee how the run went on." : ".")
  }

  /// How far outside its band a reading lies, in widths of the band.
  private static func distance(_ reading: Reading) -> Double {
    let (low, high) = (reading.expected.lowerBound, reading.expected.upperBound)
    let value = reading.observation.value.number
    return max(low - value, value - high) / max(high - low, 1e-300)
  }
}
