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

  init(_ path: String, data: DataFolder) throws {
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
      case .series(let name, let file, let counter, let place):
        let path = Self.beside(content.file, file)
        let series = try DilutionSeriesFile.read(path)
        inputs.append((series.source.path, series.source.sha256))
        errors.append(try Self.error(name, series, counter, place))
      }
    }
    request = content.request(for: product, errors: errors)
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
      "\(refusal.description)"
        + (DoseRequestFile.key(of: refusal.field).map { " In \(file): \($0)." } ?? "")
    }
  }

  private static func product(
    _ content: DoseRequestFile.Content, _ data: DataFolder
  ) throws -> (Product, String?) {
    if let file = content.productFile {
      let path = beside(content.file, file)
      return (try ProductChoice.file(path), path)
    }
    let id = content.product ?? ""
    do {
      return (try ProductChoice.named(id, data), ProductChoice.path(of: id, data))
    } catch let refused as InputRefused {
      throw refused
    } catch {
      throw InputRefused([
        Finding(
          .error, "E_REQUEST_PRODUCT", at: content.places["product"] ?? content.root,
          "There is no such product.", remedy: "\(error)")
      ])
    }
  }

  /// A path as a request file means it: from its own folder.
  private static func beside(_ file: String, _ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return String(file[...slash]) + path
  }

  /// The scatter of one count as a relative standard error.
  private static func error(
    _ name: String, _ file: DilutionSeriesFile, _ counter: String?, _ place: Place
  ) throws -> RelativeError {
    func refused(_ cause: String, _ remedy: String) -> InputRefused {
      InputRefused([Finding(.error, "E_REQUEST_SERIES", at: place, cause, remedy: remedy)])
    }
    let fitting = file.series.filter { counter == nil || $0.counter == counter }
    let kinds: [DilutionSeriesFile.Kind] = [.viable, .total]
    guard let series = kinds.compactMap({ kind in fitting.first { $0.kind == kind } }).first
    else {
      throw refused(
        "The dilution series has no counts of this counter.",
        "Name one of: \(Set(file.series.compactMap(\.counter)).sorted().joined(separator: ", ")).")
    }
    if counter == nil, Set(file.series.map(\.counter)).count > 1 {
      throw refused("The dilution series has several counters.", "Add 'counter'.")
    }
    let evaluation = try CounterEvaluation(series)
    guard let percent = evaluation.countError.flatMap({ StrictNumber.rational($0) }),
      let share = try? Fraction(percent: percent)
    else {
      throw refused(
        "The dilution series does not bound the error of one count.",
        "Count more dilutions or replicates, or state the error with its source.")
    }
    return RelativeError(
      name, share,
      source: "dilution series \(series.counter.map { "of \($0)" } ?? ""), SHA-256 "
        + "\(file.source.sha256.prefix(12))...")
  }
}
