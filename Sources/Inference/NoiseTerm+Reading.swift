import Bioreactor
import ModelLanguage
import RunRecords

extension NoiseTerm {
  /// The noise number of a reading that is yet to come: the model's own noise, with what counting and
  /// the spread between donors add where the family's law does not hold them itself.
  ///
  /// sqrt(noise^2 + 1/(mean exposure) + donor^2). Counting is added for Student's t on ln scale, whose
  /// law knows nothing of counts; the donors' spread on ln scales only. `mean` is natural, `count` the
  /// way in which the last reading was counted.
  static func scale(
    toCome family: NoiseFamily, mean: Double, noise: Double, count: Observation.Count?,
    donor: Double = 0
  ) -> Double {
    var counting = 0.0
    if case .studentTLog = family, let count, mean > 0, count.exposure > 0 {
      counting = 1 / max(mean * count.exposure, 1)
    }
    let between = family.scale == .log ? donor : 0
    guard counting + between > 0 else { return noise }
    return (noise * noise + counting + between * between).squareRoot()
  }

  /// Standard deviation on the family's scale of a reading that is yet to come: `scale(toCome:)` and,
  /// for laws of counted cells, their counting.
  static func spread(
    toCome family: NoiseFamily, mean: Double, noise: Double, count: Observation.Count?,
    donor: Double = 0
  ) -> Double {
    spread(
      family, mean: mean,
      scale: scale(toCome: family, mean: mean, noise: noise, count: count, donor: donor),
      count: count)
  }
}

extension Culture {
  /// The way in which an observable was last counted; nil when it never was.
  func lastCount(_ observable: Int) -> Observation.Count? {
    targets.last { $0.observable == observable && $0.observation.count != nil }?.observation.count
  }
}
