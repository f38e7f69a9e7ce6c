import Dosing
import DosingCheck
import Quantities
import Reports
import RunFiles

/// A request file with everything it names: the product, and errors of dilution series.
struct DoseRequestWork {
  let content: DoseRequestFile.Content
  let request: DoseRequest
  /// Files that were read, with their SHA-256.
  let inputs: [(path: String, sha256: String)]

  /// *asOf:* when the sheet is made; nil where none is.
  init(_ path: String, data: DataFolder, asOf: CivilTime? = nil) throws {
    let read = try DoseRequestFile.read(path)
    content = read.content
    var inputs = [(path: path, sha256: read.sha256)]
    let (product, productPath) = try Self.product(read.content, data)
    if let productPath {
      inputs.append((productPath, Digest.sha256(try SourceBytes.read(productPath))))
    }
    var errors: [RelativeError] = []
    for error in content.errors {
      switch error {
      case .stated(let error): errors.append(error)
      case .series(let entry):
        let series = try DilutionSeriesFile.read(Self.beside(content.file, entry.path))
        inputs.append((series.source.path, series.source.sha256))
        errors.append(try Self.error(entry, series))
      }
    }
    var request = content.request(for: product, errors: errors)
    request.asOf = asOf
    self.request = request
    self.inputs = inputs
  }

  /// The agreed calculation. Nothing of it is shown when the two calculations differ.
  func calculation() throws -> DoseCalculation {
    do {
      return try Self.agreed(request)
    } catch let refusal as Refusal {
      throw Refused(refusal: refusal, file: content.file)
    }
  }

  /// Both calculations of a request; throws `Disagreement` when they differ.
  static func agreed(_ request: DoseRequest) throws -> DoseCalculation {
    let calculation = try DoseCalculation(request)
    try requireAgreement(of: calculation.figures, with: request.sheet)
    return calculation
  }

  /// A refused request file; the message says what to fill in where.
  struct Refused: Error, CustomStringConvertible {
    let refusal: Refusal
    let file: String

    var description: String {
      var keys: [String] = []
      for field in [refusal.field] + refusal.alsoMissing.map(\.field) {
        if let key = DoseRequestFile.key(of: field), !keys.contains(key) { keys.append(key) }
      }
      return "\(refusal.description)"
        + (keys.isEmpty ? "" : " In \(file): \(keys.joined(separator: "; ")).")
    }
  }

  private static func product(
    _ content: DoseRequestFile.Content, _ data: DataFolder
  ) throws(InputRefused) -> (Product, String?) {
    let name = content.productFile.map { beside(content.file, $0) } ?? content.product ?? ""
    do {
      return (try ProductChoice.named(name, data), ProductChoice.path(of: name, data))
    } catch {
      guard let unknown = error.findings.first, unknown.code == "E_PRODUCT_UNKNOWN" else {
        throw error
      }
      throw InputRefused([
        Finding(
          .error, "E_REQUEST_PRODUCT", at: content.places["product"] ?? content.root,
          unknown.cause, remedy: unknown.remedy)
      ])
    }
  }

  /// A path as a request file means it: from its own folder.
  private static func beside(_ file: String, _ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    var folder = file[..<slash].split(separator: "/", omittingEmptySubsequences: false)
    var rest = path.split(separator: "/")[...]
    while rest.first == "..", let last = folder.last, last != "..", last != ".", last != "" {
      folder.removeLast()
      rest = rest.dropFirst()
    }
    return (folder + rest).joined(separator: "/")
  }

  /// The scatter of one count as a relative standard error: sqrt(1/k + cv^2) for k counted cells,
  /// rounded up to 0.01 %.
  private static func error(
    _ entry: DoseRequestFile.SeriesError, _ file: DilutionSeriesFile
  ) throws -> RelativeError {
    func refused(_ cause: String, _ remedy: String) -> InputRefused {
      InputRefused([
        Finding(.error, "E_REQUEST_SERIES", at: entry.place, cause, remedy: remedy)
      ])
    }
    let counters = Set(file.series.compactMap(\.counter)).sorted()
    if entry.counter == nil, counters.count > 1 {
      throw refused(
        "The dilution series has several counters.",
        "Add 'counter', one of: \(counters.joined(separator: ", ")).")
    }
    let fitting = file.series.filter { entry.counter == nil || $0.counter == entry.counter }
    let kinds: [DilutionSeriesFile.Kind] = [.viable, .total]
    guard let series = kinds.compactMap({ kind in fitting.first { $0.kind == kind } }).first
    else {
      throw refused(
        "The dilution series has no counts of this counter.",
        "Name one of: \(counters.joined(separator: ", ")).")
    }
    let extra = try CounterEvaluation.extraCV(series)
    var square = extra.cv * extra.cv
    if extra.isBeyondCounting {
      guard let cells = entry.cellsCounted else {
        throw refused(
          "The series tells the scatter beyond counting; the count's own part is not known.",
          "Add 'cells_counted', the cells that were counted for the certificate's density.")
      }
      square += 1 / Double(cells)
    }
    let hundredths = (square.squareRoot() * 10_000).rounded(.up)
    guard hundredths.isFinite, hundredths <= 10_000,
      let share = try? Fraction(Rational(Int128(hundredths), over: 10_000))
    else {
      throw refused(
        "The dilution series gives no error below 100 %.",
        "Count more dilutions or replicates, or state the error with its source.")
    }
    let words =
      "dilution series \(Provenance.name(file.source.path))"
      + (series.counter.map { ", counter \($0)" } ?? "")
      + (entry.cellsCounted.map { ", \(NumberText.grouped($0)) cells counted" } ?? "")
    return RelativeError(entry.name, share, source: words)
  }
}
