import ModelLanguage
import RunRecords

/// Negative log-likelihood of one reading, computed elsewhere.
struct NoiseRecord {
  let family: NoiseFamily
  let reading: Observation.Reading
  let mean: Double
  let scale: Double
  let value: Double

  init(
    _ family: NoiseFamily, _ reading: Observation.Reading, _ mean: Double, _ scale: Double,
    _ value: Double
  ) {
    (self.family, self.reading, self.mean, self.scale, self.value) = (
      family, reading, mean, scale, value
    )
  }
}

/// Printed by Records/noise_terms.py with mpmath 1.3, 40 digits.
let noiseRecords = [
  NoiseRecord(.lognormal, .exact(1.4), 0.2, 0.3, 0.15490836199104041),
  NoiseRecord(.lognormal, .below(1.4), 0.2, 0.3, 0.39243227000385353),
  NoiseRecord(.lognormal, .above(1.4), 0.2, 0.3, 1.1251988718588276),
  NoiseRecord(.lognormal, .exact(0.02), 1, 0.15, 531.28690678412079),
  NoiseRecord(.lognormal, .below(0.02), 1, 0.15, 540.58578599727016),
  NoiseRecord(.lognormal, .above(0.02), 1, 0.15, 0.0),
  NoiseRecord(.lognormal, .exact(60), 3.9, 0.1, 4.599188445697726),
  NoiseRecord(.lognormal, .below(60), 3.9, 0.1, 0.026324642631217767),
  NoiseRecord(.lognormal, .above(60), 3.9, 0.1, 3.6503832433485769),
  NoiseRecord(.normal, .exact(1.4), 2.1, 0.3, 2.437187951100959),
  NoiseRecord(.normal, .below(1.4), 2.1, 0.3, 4.6238099695273913),
  NoiseRecord(.normal, .above(1.4), 2.1, 0.3, 0.0098638165105735397),
  NoiseRecord(.normal, .exact(-3), 0.5, 0.25, 97.532644172084782),
  NoiseRecord(.normal, .below(-3), 0.5, 0.25, 101.56303440744996),
  NoiseRecord(.normal, .above(-3), 0.5, 0.25, 0.0),
  NoiseRecord(.normal, .exact(12), 11, 2, 1.7370857137646181),
  NoiseRecord(.normal, .below(12), 11, 2, 0.36894641528865639),
  NoiseRecord(.normal, .above(12), 11, 2, 1.1759117615936186),
  NoiseRecord(.logitNormal, .exact(0.7), 1.3, 0.3, -0.70713075710813278),
  NoiseRecord(.logitNormal, .below(0.7), 1.3, 0.3, 2.7234408301370301),
  NoiseRecord(.logitNormal, .above(0.7), 1.3, 0.3, 0.067902551917616434),
  NoiseRecord(.logitNormal, .exact(0.995), 2, 0.25, 80.996167612142158),
  NoiseRecord(.logitNormal, .below(0.995), 2, 0.25, 6.3136903608618958e-40),
  NoiseRecord(.logitNormal, .above(0.995), 2, 0.25, 90.269659628225613),
  NoiseRecord(.logitNormal, .exact(0.01), -4, 0.6, -3.7152081179248319),
  NoiseRecord(.logitNormal, .below(0.01), -4, 0.6, 1.8286433119040222),
  NoiseRecord(.logitNormal, .above(0.01), -4, 0.6, 0.17510527289313799),
  NoiseRecord(.studentT(df: 4), .exact(1.4), 2.1, 0.3, 1.9246872437713064),
  NoiseRecord(.studentT(df: 4), .exact(30), 2, 0.5, 16.951891366907802),
  NoiseRecord(.studentTLog(df: 3), .exact(1.4), 0.2, 0.3, 0.26679862204803327),
  NoiseRecord(.studentTLog(df: 3), .exact(0.02), 1, 0.15, 6.9553320731162843),
]
