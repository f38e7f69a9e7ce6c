/// Why a statistic cannot be computed from the given numbers.
public enum StatisticsRefused: Error, Sendable, Equatable, CustomStringConvertible {
  /// There are no values, or none with a weight above zero.
  case emptySample
  /// The value at an index is NaN.
  case notANumber(index: Int)
  /// The weight at an index is negative, infinite or NaN.
  case invalidWeight(index: Int)
  /// The probability is outside 0 ... 1 or NaN.
  case invalidProbability(Double)
  /// There are not as many weights as values.
  case countMismatch(values: Int, weights: Int)
  /// Two sketches of different accuracy cannot be merged.
  case accuracyMismatch(Double, Double)

  /// The refusal in words.
  public var description: String {
    switch self {
    case .emptySample:
      "the sample is empty or every weight is zero; give at least one value with a weight"
    case .notANumber(let index):
      "value \(index) is not a number; remove failed draws and count them first"
    case .invalidWeight(let index):
      "weight \(index) is not a finite number of at least 0"
    case .invalidProbability(let p):
      "\(p) is not a probability; give a number from 0 to 1"
    case .countMismatch(let values, let weights):
      "\(values) values have \(weights) weights; give one weight for each value"
    case .accuracyMismatch(let own, let other):
      "sketches of accuracy \(own) and \(other) cannot be merged; make both with one accuracy"
    }
  }
}
