import Quantities

/// Weights outside which hardly a child of an age lies: the 0.1 and 99.9 % of healthy children, the
/// lower of girls and boys below and the higher above, rounded outwards to 0.1 kg.
///
/// Source: LMS values of weight for age, M (1 + L S z)^(1/L) with z = 3.0902; up to 24 months the WHO
/// Child Growth Standards (2006), from 24 to 240 months the CDC growth charts (2000). Read in public
/// copies of these tables, not at WHO or CDC: unverified. Ill children may lie outside; it is a doubt
/// and no limit.
enum WeightForAge {
  private static let rows: [(months: Int, low: String, high: String)] = [
    (0, "2", "5.1"), (3, "3.9", "9.1"), (6, "5", "11.1"), (9, "5.7", "12.4"),
    (12, "6.2", "13.5"), (18, "7.1", "15.5"), (24, "7.9", "18"), (36, "10.1", "22"),
    (48, "11.3", "27.4"), (60, "12.6", "34"), (72, "14.1", "41.3"), (84, "15.5", "49.3"),
    (96, "16.9", "57.7"), (108, "18.4", "68.3"), (120, "20.1", "79.5"), (132, "22.4", "88.1"),
    (144, "24.7", "99.4"), (156, "27.4", "111.8"), (168, "30.8", "125.9"), (180, "34.5", "144.8"),
    (192, "36.9", "174.3"), (204, "38.6", "214.9"), (216, "39.5", "217.5"),
    (228, "39.5", "217.5"), (240, "39.5", "217.5"),
  ]

  /// Least and greatest weight, kg, for an age in years: the least of the row at or before it, the
  /// greatest of the row at or after it. nil above 20 years.
  static func bounds(age: Rational) -> (low: Rational, high: Rational)? {
    guard let months = try? age.times(Rational(12)), months >= .zero,
      let before = rows.last(where: { Rational($0.months) <= months }),
      let after = rows.first(where: { Rational($0.months) >= months }),
      let low = StrictNumber.rational(before.low), let high = StrictNumber.rational(after.high)
    else { return nil }
    return (low, high)
  }

  /// The hold of a weight outside them; nil when it is inside, or for an adult.
  static func hold(_ mass: BodyMass, age: Rational) -> Hold? {
    guard let (low, high) = bounds(age: age), mass.kilograms < low || mass.kilograms > high else {
      return nil
    }
    return Hold(
      .weightForAge, "bodyMass",
      "Hardly a child of this age weighs that: 0.1 to 99.9 % weigh \(ExactText.decimal(low)) to "
        + "\(ExactText.decimal(high)) kg (WHO, CDC; unverified).",
      value: "\(mass); \(ExactText.decimal(age)) years",
      action: "Check the weight, its unit and the age.", role: .physician)
  }
}
