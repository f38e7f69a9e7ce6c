import Quantities

/// The probability that a dose known with relative error lies inside its window.
enum Chance {
  static func within(_ window: Window, dose: Int, errors: [Fraction]) throws(CheckFault) -> Double {
    var squares = 0.0
    for error in errors {
      let share = Double(error.value.numerator) / Double(error.value.denominator)
      squares += share * share
    }
    let spread = squares.squareRoot() * Double(dose)
    let minimum = try window.minimum?.asInt()
    let maximum = try window.maximum?.asInt()
    if spread == 0 {
      return (minimum.map { $0 <= dose } ?? true) && (maximum.map { dose <= $0 } ?? true) ? 1 : 0
    }
    let below = maximum.map { lowerTail(Double($0 - dose) / spread) } ?? 1
    let short = minimum.map { lowerTail(Double($0 - dose) / spread) } ?? 0
    return below - short
  }

  /// Phi(x) by its power series around 0, in which all terms have one sign: 1/2 + phi(x) (x +
  /// x^3/3 + x^5/(3 5) + x^7/(3 5 7) + ...) (Marsaglia 2004). Beyond 9 a tail is below 2e-19.
  static func lowerTail(_ x: Double) -> Double {
    if x > 9 { return 1 }
    if x < -9 { return 0 }
    var (term, sum, odd) = (x, x, 1.0)
    while true {
      odd += 2
      term *= x * x / odd
      let next = sum + term
      if next == sum { break }
      sum = next
    }
    // 1 / sqrt(2 pi)
    let density = 0.398_942_280_401_432_7 * decay(x * x / 2)
    return 0.5 + sum * density
  }

  /// e^-y for 0 <= y < 64: the series of e^(y/64), multiplied out by squaring and turned over.
  private static func decay(_ y: Double) -> Double {
    let part = y / 64
    var (term, sum, index) = (1.0, 1.0, 0.0)
    while term > 1e-18 {
      index += 1
      term *= part / index
      sum += term
    }
    for _ in 0..<6 { sum *= sum }
    return 1 / sum
  }
}
