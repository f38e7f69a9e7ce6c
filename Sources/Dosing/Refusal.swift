import Quantities

/// A dose that is not computed: what is missing or implausible, and what to do about it.
///
/// The texts never repeat a patient's values.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why nothing is computed; the raw values are stable for scripts.
  public enum Code: String, Sendable, CaseIterable {
    /// A fact that the rule needs was not given.
    case missing = "E_DOSE_MISSING"
    /// The product's dose has not been read from its source.
    case noDose = "E_DOSE_NOT_KNOWN"
    /// A part of the product's dose is marked unverified.
    case unverified = "E_DOSE_UNVERIFIED"
    /// The weight is outside the plausible range.
    case implausibleWeight = "E_DOSE_WEIGHT_IMPLAUSIBLE"
    /// A measured value is not a possible one for its field.
    case badValue = "E_DOSE_VALUE"
    /// No band, or more than one, holds this weight.
    case noBand = "E_DOSE_NO_BAND"
    /// The least dose is above the greatest.
    case emptyRange = "E_DOSE_RANGE_EMPTY"
    /// The rule states no such dose to plan for.
    case noTarget = "E_DOSE_NO_TARGET"
    /// The chosen dose is outside the window.
    case outsideWindow = "E_DOSE_OUTSIDE_WINDOW"
    /// A share is already inside another value.
    case appliedTwice = "E_DOSE_APPLIED_TWICE"
    /// Two values were given for one fact.
    case ambiguous = "E_DOSE_AMBIGUOUS"
    /// The measured population is not the one that the dose counts.
    case otherPopulation = "E_DOSE_OTHER_POPULATION"
    /// Less exists than the least dose.
    case notEnoughCells = "E_DOSE_NOT_ENOUGH_CELLS"
    /// No step of the syringe falls inside the window.
    case resolutionTooCoarse = "E_DOSE_RESOLUTION"
    /// No container, nor several, takes the volume.
    case noContainer = "E_DOSE_NO_CONTAINER"
    /// The exact arithmetic ran out of 128 bits.
    case tooLarge = "E_DOSE_TOO_LARGE"
  }

  /// Why.
  public let code: Code
  /// The field that is missing or wrong, as `DoseRequest` names it.
  public let field: String
  /// What is wrong, in words.
  public let cause: String
  /// What to do.
  public let remedy: String
  /// What is missing beside it, by field and in words, so that a request is filled in at one go.
  public internal(set) var alsoMissing: [Missing] = []

  /// A field that is missing.
  public struct Missing: Hashable, Sendable {
    /// As `DoseRequest` names it.
    public let field: String
    /// In words, `The day of weighing`.
    public let what: String
  }

  /// A refusal from its parts.
  public init(_ code: Code, _ field: String, _ cause: String, remedy: String) {
    self.code = code
    self.field = field
    self.cause = cause
    self.remedy = remedy
  }

  /// A value that could not become its quantity, for example `12` given as a fraction.
  public init(_ error: QuantityError, field: String) {
    self.init(.badValue, field, error.cause, remedy: error.remedy)
  }

  /// Code, field, cause and remedy on one line.
  public var description: String {
    let also = alsoMissing.map { "\($0.what) (\($0.field))" }.joined(separator: "; ")
    return "\(code.rawValue) \(field): \(cause)" + (also.isEmpty ? "" : " Also missing: \(also).")
      + " Remedy: \(remedy)"
  }

  /// A refusal to plan or to draw up names what is doubted as well: a slip in the certificate or in the weight is
  /// then the likelier cause, and another container or dose would be wrong.
  func naming(_ doubts: [Hold]) -> Refusal {
    switch code {
    case .notEnoughCells, .noContainer, .resolutionTooCoarse, .outsideWindow, .noTarget: break
    default: return self
    }
    guard !doubts.isEmpty else { return self }
    let words = doubts.map { "\($0.code.rawValue) \($0.field): \($0.doubt)" }
    return Refusal(
      code, field, "\(cause) Doubted: \(words.joined(separator: " "))",
      remedy: "Settle these doubts first; until then change neither the containers nor the dose.")
  }

  /// How the cause of a missing field ends.
  static let missingEnding = " is missing."

  static func missing(_ field: String, _ what: String) -> Refusal {
    Refusal(
      .missing, field, what + missingEnding,
      remedy: "Give the measured value; nothing is assumed in its place.")
  }
}

/// Runs exact arithmetic; 128-bit overflow becomes a refusal that names the field.
func exact<Value>(
  _ field: String, _ body: () throws -> Value
) throws(Refusal) -> Value {
  do {
    return try body()
  } catch {
    throw Refusal(
      .tooLarge, field, "The exact calculation of \(field) does not fit 128 bits.",
      remedy: "Check the magnitude and the number of digits of the inputs.")
  }
}
