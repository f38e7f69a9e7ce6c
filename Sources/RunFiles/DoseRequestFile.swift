import Dosing
import Quantities
import Yams

/// Reads a request for a dose: product, weight, certificate, losses, limits, confirmations.
public enum DoseRequestFile {
  /// The version of the form; a file names it.
  public static let schema = "thymus.dose-request/1"
  static let prefix = "E_REQUEST_"

  /// What a file says; it is judged by `Dosing`, not here. What is nil was not written.
  public struct Content: Sendable {
    /// The file.
    public let file: String
    /// Id of a shipped product.
    public var product: String?
    /// A product file of the site, as written.
    public var productFile: String?
    /// Codes for traceability.
    public var identifiers = DoseIdentifiers()
    /// The age in years.
    public var age: Rational?
    /// The weight.
    public var weight: WeightRecord?
    /// Which dose is planned.
    public var planned: PlannedDose?
    /// Dose level of an escalation.
    public var level: String?
    /// Share of blasts in the bone marrow.
    public var blasts: Fraction?
    /// From harvest to dose, in order; nil when the harvest is not asked for.
    public var losses: [LossStep]?
    /// The product, or one supply for each component.
    public var supplies: [ProductSupply] = []
    /// Results that go into safety figures and limits.
    public var release: ReleaseResults?
    /// Relative standard errors, or where they come from.
    public var errors: [ErrorSource] = []
    /// Limits of the site.
    public var limits: [SiteLimit] = []
    /// The start of the first thaw.
    public var thawed: CivilTime?
    /// The planned start of the infusion.
    public var infusion: CivilTime?
    /// What the use of a product out of specification needs.
    public var exceptionalUse: ExceptionalUse?
    /// Holds that were settled.
    public var confirmations: [Confirmation] = []
    /// Where each top key's value stands, and the request itself.
    public var places: [String: Place] = [:]
    /// Where the request begins.
    public var root: Place

    init(file: String) {
      self.file = file
      root = Place(file: file)
    }
  }

  /// A limit of the site, for what the product's source sets none.
  public struct SiteLimit: Sendable {
    /// What is limited.
    public let item: LimitOutcome.Item
    /// The greatest value, in the item's unit.
    public let most: Rational
    /// Whose limit it is.
    public let source: String
  }

  /// A relative standard error as written.
  public enum ErrorSource: Sendable {
    /// Written down with its source.
    case stated(RelativeError)
    /// To be taken from a dilution series, of one counter where the file has several.
    case series(SeriesError)
  }

  /// A count's error that a dilution series tells.
  public struct SeriesError: Sendable {
    /// What it is the error of, such as `count`.
    public let name: String
    /// The file of the series, as written.
    public let path: String
    /// The counter, where the file has several.
    public let counter: String?
    /// Cells that were counted for the certificate.
    public let cellsCounted: Int?
    /// Where it stands.
    public let place: Place
  }

  /// Reads one file, and gives its SHA-256 with what it says.
  ///
  /// Throws `InputRefused` with every fault: file, line, column, cause and remedy. Patients' values
  /// are never repeated in a message.
  public static func read(
    _ path: String
  ) throws(InputRefused) -> (content: Content, sha256: String) {
    let file = try TextFile.read(
      path, empty: prefix + "YAML", begin: "Begin with a template: thymus dose template PRODUCT.")
    return (try read(file.text, file: path), Digest.sha256(file.bytes))
  }

  /// Reads one text.
  ///
  /// Throws `InputRefused` with every fault; an unknown key is one, and so is a number without its
  /// unit.
  public static func read(_ text: String, file: String) throws(InputRefused) -> Content {
    if let other = FileKind.other(than: .request, text, file: file) { throw other }
    var reader = DoseRequestReader(yaml: YAMLReader(file: file, prefix: prefix))
    let content = reader.content(try YAMLReader.root(text, file: file, prefix: prefix))
    guard reader.yaml.findings.isEmpty, let content else {
      throw InputRefused(reader.yaml.findings.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    return content
  }
}

extension DoseRequestFile.Content {
  /// The question to the dose room, for a product and the errors that were found.
  ///
  /// Limits of the site take the place of those that ship; what the product's source limits stays.
  public func request(for product: Product, errors: [RelativeError]) -> DoseRequest {
    var request = DoseRequest(product: product, weight: weight, planned: planned)
    request.age = age
    request.level = level
    request.blasts = blasts
    request.losses = losses
    request.supplies = supplies
    request.results = release
    request.errors = errors
    request.confirmations = confirmations
    request.exceptionalUse = exceptionalUse
    request.thawed = thawed
    request.infusion = infusion
    for limit in limits {
      let value = SafetyLimits.Limit(limit.most, source: limit.source)
      switch limit.item {
      case .dmso: request.safetyLimits.dmso = value
      case .endotoxinPerKilogram: request.safetyLimits.endotoxin = value
      case .volumePerKilogram: request.safetyLimits.volume = value
      default: break
      }
    }
    return request
  }
}
