import Quantities

/// A doubt that a named person must settle before a worksheet can be signed.
///
/// A refusal cannot be confirmed; a hold can, and the confirmation is recorded and printed.
public struct Hold: Hashable, Sendable, CustomStringConvertible {
  /// Why; the raw values are stable for scripts.
  public enum Code: String, Sendable, CaseIterable {
    /// The weight was not measured.
    case weightNotMeasured = "H_WEIGHT_NOT_MEASURED"
    /// The weight is too old, or later than what it stands for.
    case weightStale = "H_WEIGHT_STALE"
    /// The two weighings differ by more than the threshold.
    case weightDrift = "H_WEIGHT_DRIFT"
    /// The ratio to the other weight is that of pounds to kilograms.
    case weightPounds = "H_WEIGHT_POUNDS"
    /// There is no other weight to compare with, or one that is too old for a child.
    case weightAlone = "H_WEIGHT_ALONE"
    /// The weight was not taken for the time that the source means.
    case weightReference = "H_WEIGHT_REFERENCE"
    /// Measurements of several sample points are mixed.
    case sampleMixed = "H_SAMPLE_MIXED"
    /// The density is not of the sample point from which the product's dose is counted, or not of one
    /// that its form has.
    case samplePoint = "H_SAMPLE_POINT"
    /// A sample was taken before the leukapheresis or after the infusion, or too long before it for a
    /// product supplied fresh.
    case sampleDate = "H_SAMPLE_DATE"
    /// The stated cells differ from density x volume.
    case densityMismatch = "H_DENSITY_MISMATCH"
    /// The density is outside the product's range.
    case densityRange = "H_DENSITY_RANGE"
    /// Nothing vouches for the density.
    case densityAlone = "H_DENSITY_ALONE"
    /// A percentage is so small that it may be a share written as per cent.
    case percentageSmall = "H_PERCENT_SMALL"
    /// A bare share stands where percentages are usual.
    case percentageBare = "H_PERCENT_BARE"
    /// The chosen cells would fit the window as cells per kg.
    case plannedPerKilogram = "H_PLANNED_PER_KG"
    /// The bag holds less than was planned.
    case short = "H_DOSE_SHORT"
    /// A limit is set and nothing was measured for it.
    case notMeasured = "H_LIMIT_NOT_MEASURED"
    /// The patient's age is outside the ages of the source.
    case ageOutside = "H_AGE"
    /// The weight is hardly one of that age.
    case weightForAge = "H_WEIGHT_AGE"
    /// Two weighings lie in two bands of the rule.
    case weightBand = "H_WEIGHT_BAND"
    /// The infusion is planned later after the sample than the product's source allows.
    case sampleAge = "H_SAMPLE_AGE"
    /// Samples of one point, whose results are multiplied, were taken on different days.
    case sampleApart = "H_SAMPLE_APART"
    /// Two viabilities contradict each other.
    case viabilityDiffers = "H_VIABILITY_DIFFERS"
    /// The CAR+ share of the copy number is not that of the certificate.
    case copiesShare = "H_COPIES_SHARE"
    /// The bag as supplied is not of a size that the product has.
    case container = "H_CONTAINER"
    /// Rounding to the syringe moves the dose by more than 5 %.
    case rounded = "H_DOSE_ROUNDED"
    /// A limit of the site is above that of the pharmacopoeia.
    case limitAbove = "H_LIMIT_ABOVE"
    /// One certificate, batch or donation stands for two patients.
    case certificateShared = "H_CERTIFICATE_SHARED"
    /// The product file's rule looks like a slip.
    case ruleNote = "H_RULE_NOTE"
  }

  /// Who settles it.
  public enum Role: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The treating physician.
    case physician
    /// The ward that weighed the patient.
    case nurse
    /// The laboratory that measured.
    case laboratory = "quality control"
    /// The quality unit.
    case quality = "quality assurance"

    /// The words.
    public var description: String { rawValue }
  }

  /// Why.
  public let code: Code
  /// The field in doubt, as `DoseRequest` names it.
  public let field: String
  /// What is doubted, in words and without a patient's values.
  public let doubt: String
  /// What a confirmation of it stands for, as the confirmation must name it: the doubted value, or
  /// several parted by `; `. It is a patient's or a batch's and stands on the sheet alone.
  public let value: String
  /// What to do.
  public let action: String
  /// Who must confirm.
  public let role: Role

  /// A hold from its parts.
  public init(
    _ code: Code, _ field: String, _ doubt: String, value: String, action: String, role: Role
  ) {
    self.code = code
    self.field = field
    self.doubt = doubt
    self.value = value
    self.action = action
    self.role = role
  }

  /// Code, field, doubt, action and role on one line.
  public var description: String {
    "\(code.rawValue) \(field): \(doubt) To do: \(action) To confirm: \(role)."
  }
}

/// That a named person looked at one hold and stands for one value. Another value is held again.
public struct Confirmation: Hashable, Sendable {
  /// The hold.
  public var code: Hold.Code
  /// Its field.
  public var field: String
  /// The value that was confirmed, as the hold names it; `31.2 kg` and `31.20 kg` are the same.
  public var value: String
  /// Who confirmed; a blank name confirms nothing.
  public var name: String
  /// In which role; it must be the one that the hold names.
  public var role: Hold.Role
  /// When, as written; nil leaves a blank on the sheet.
  public var time: CivilTime?

  /// A confirmation from its parts.
  public init(
    _ code: Hold.Code, field: String, value: String, name: String, role: Hold.Role,
    time: CivilTime? = nil
  ) {
    self.code = code
    self.field = field
    self.value = value
    self.name = name
    self.role = role
    self.time = time
  }

  /// True when it settles the hold: same code, field, value and role, and a name that is not blank.
  public func settles(_ hold: Hold) -> Bool {
    code == hold.code && field == hold.field && role == hold.role
      && ConfirmedValue(value) == ConfirmedValue(hold.value)
      && name.unicodeScalars.contains { !$0.properties.isWhitespace }
  }
}
