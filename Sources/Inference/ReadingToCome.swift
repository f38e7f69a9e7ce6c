import Bioreactor
import ModelLanguage

/// What a measurement that is yet to come would scatter.
public enum ReadingToCome {
  /// Standard deviation of a reading on its family's scale, about a natural mean.
  ///
  /// It is thought to be counted like the culture's last reading of that observable. `noise` is the
  /// model's noise number there.
  public static func spread(
    of observable: Int, in culture: Culture, mean: Double, noise: Double
  ) -> Double {
    NoiseTerm.spread(
      toCome: culture.model.observables[observable].family, mean: mean, noise: noise,
      count: culture.lastCount(observable))
  }
}
