import Quantities

/// A rule that contradicts itself, or does not say one dose for each weight.
public struct RuleFault: Error, Hashable, Sendable {
  /// The part of a rule that is at fault, by its index.
  public enum Part: Hashable, Sendable {
    /// A band of weight.
    case band(Int)
    /// A band of a dose level.
    case level(Int, band: Int)
    /// A fraction, a component or the repeats.
    case course(Int)
    /// A regimen of a split by blasts.
    case regimen(Int)
  }

  /// A stable code such as `E_RULE_GAP`.
  public let code: String
  /// Where it is.
  public let part: Part
  /// What is wrong.
  public let cause: String
  /// What to do.
  public let remedy: String

  init(_ code: String, _ part: Part, _ cause: String, _ remedy: String) {
    self.code = code
    self.part = part
    self.cause = cause
    self.remedy = remedy
  }
}

/// An interval with an owner stated for each of its ends; nil is open.
struct Cover {
  typealias End = (at: Rational, inclusive: Bool)
  var lower: End?
  var upper: End?

  /// Proves that intervals in ascending order hold every value once.
  ///
  /// *name:* a value in words; *what:* `band` or `regimen`.
  static func check(
    _ intervals: [Cover], _ what: String, name: (Rational) -> String, part: (Int) -> RuleFault.Part
  ) throws(RuleFault) {
    let owner = "Exactly one of two \(what)s holds the value at their edge."
    if let edge = intervals.first?.lower ?? intervals.last?.upper {
      throw RuleFault(
        "E_RULE_GAP", part(intervals.first?.lower == nil ? intervals.count - 1 : 0),
        "The \(what)s stop at \(name(edge.at)).",
        "Leave the first lower and the last upper edge open; what is plausible is judged apart.")
    }
    for index in intervals.indices.dropFirst() {
      guard let upper = intervals[index - 1].upper, let lower = intervals[index].lower else {
        throw RuleFault(
          "E_RULE_OVERLAP", part(index), "An edge between two \(what)s is not stated.",
          "Write 'upper' of the \(what) before and 'lower' of this \(what).")
      }
      let meets = upper.at == lower.at
      if lower.at < upper.at || (meets && upper.inclusive && lower.inclusive) {
        throw RuleFault(
          "E_RULE_OVERLAP", part(index), "Two \(what)s overlap at \(name(lower.at)).", owner)
      }
      if lower.at > upper.at || (!upper.inclusive && !lower.inclusive) {
        throw RuleFault(
          "E_RULE_GAP", part(index), "No \(what) holds \(name(upper.at)).", owner)
      }
      if let end = intervals[index].upper, end.at <= lower.at {
        throw RuleFault(
          "E_RULE_OVERLAP", part(index), "The \(what) ends where it begins, at \(name(end.at)).",
          "Write the \(what)s in ascending order.")
      }
    }
  }
}
