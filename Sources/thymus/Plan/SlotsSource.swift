import ArgumentParser
import Capacity
import Quantities
import Reports
import RunFiles

/// Where slots take their laws, hours and instruments from: a model of their own or a facility.
struct SlotsSource {
  private enum Kind {
    case model(SlotModelFile)
    case facility(SlotFacility)
  }

  private let kind: Kind
  private let arguments: SlotsArguments
  /// The file, as named.
  let file: String
  private(set) var inputs: [(path: String, sha256: String)]
  /// What was taken from where, in sentences.
  private(set) var basis: [String] = []

  init(_ arguments: SlotsArguments) throws {
    self.arguments = arguments
    guard let path = arguments.facility else {
      let model = try SlotModelFile.read(arguments.model ?? "")
      (kind, file, inputs) = (.model(model), model.file, [(model.file, model.sha256)])
      basis = model.remarks
      return
    }
    var (facility, sha256) = try FacilityFile.read(
      path, settings: arguments.settings.compactMap { FacilityFile.Setting(parsing: $0) })
    file = path
    inputs = [(path, sha256)]
    var origins: [String] = []
    for text in arguments.durations {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let product = parts.count == 2 ? parts[0] : nil
      let products = facility.products.map(\.name)
      if let product, !products.contains(product) {
        throw ValidationError(
          "--durations: the facility has no product of that name; a patient's own forecast is given "
            + "with --forecast." + Suggestion.phrase(for: product, among: products))
      }
      let (evidence, digest) = try DurationsFile.read(parts.last ?? text)
      facility = facility.with(evidence, product: product)
      inputs.append((parts.last ?? text, digest))
      origins.append("\(product ?? "All products"): harvest days from \(evidence.origin)")
    }
    do {
      let found = try SlotFacility(facility, instrument: arguments.instrument)
      kind = .facility(found)
      basis = found.basis + origins
    } catch {
      throw InputRefused([
        Finding(
          .error, "E_SLOTS_FACILITY", at: facility.place,
          "Slots cannot be planned from this facility: \(error.description).",
          remedy: "Name the --instrument, correct the facility, or write a --model.")
      ])
    }
  }

  /// Laws with the names that the column `law` may use.
  var laws: [(name: String, law: HarvestDayLaw)] {
    switch kind {
    case .model(let model): model.laws
    case .facility(let facility): facility.laws
    }
  }

  /// The date of day 0 where the source has one.
  var dayZero: CivilDate? {
    if case .facility(let facility) = kind { return facility.start }
    return nil
  }

  /// The days of the facility's plan, counted from a day 0; nil for a model.
  func period(from zero: CivilDate?) -> Range<Int>? {
    guard case .facility(let facility) = kind else { return nil }
    let first = facility.start.dayNumber - (zero ?? facility.start).dayNumber
    return first..<(first + max(1, Int(facility.horizon)))
  }

  /// The law of a batch whose culture is as evidence says, of the kind that the patient's row names.
  func law(_ evidence: CultureEvidence, instead index: Int) throws(SlotsRefused) -> HarvestDayLaw {
    switch kind {
    case .model: try evidence.dayLaw()
    case .facility(let facility): try facility.law(evidence, product: index)
    }
  }

  /// The problem; `products` and `centres` are those of the patients' rows.
  func problem(
    _ patients: [SlotProblem.Patient], products: [Int], centres: [String?],
    laws: [HarvestDayLaw], dayZero: CivilDate?
  ) throws(SlotsRefused) -> SlotFacility.Posed {
    let rule = arguments.chance.map { SlotProblem.DeviceRule.chance(alpha: 1 - $0) } ?? .meanLoad
    switch kind {
    case .model(let model):
      let weekday = dayZero.map { $0.weekday.rawValue - 1 } ?? 0
      let problem = try model.problem(
        patients: patients, laws: laws, devices: arguments.devices ?? 1, rule: rule,
        monday: -weekday)
      return .init(problem: problem, basis: [Self.uncounted], warning: nil)
    case .facility(let facility):
      return try facility.problem(
        patients: patients, products: products, centres: centres, laws: laws,
        devices: arguments.devices, rule: rule, window: arguments.window?.days ?? 21,
        dayZero: dayZero ?? facility.start)
    }
  }
}

extension SlotsSource {
  /// What a model leaves out.
  private static let uncounted =
    "A model knows no laboratory, office, courier or clinic calendar: an infusion may be booked on a day "
    + "on which the clinic is closed. A --facility knows them."
}

/// The forecasts of single patients: from `--forecast` and from the column of the patients' file.
struct SlotsForecasts {
  private var evidence: [Int: CultureEvidence] = [:]
  private(set) var inputs: [(path: String, sha256: String)] = []
  private(set) var basis: [String] = []

  init(_ arguments: SlotsArguments, patients: SlotPatientsFile) throws {
    var files: [(patient: Int, path: String)] = []
    for (index, path) in patients.forecasts.enumerated() {
      if let path { files.append((index, path)) }
    }
    let names = patients.patients.map(\.name)
    for text in arguments.forecast {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      guard let index = names.firstIndex(of: parts[0]) else {
        throw ValidationError(
          "--forecast: '\(patients.file)' has no patient of that name."
            + Suggestion.phrase(for: parts[0], among: names))
      }
      guard !files.contains(where: { $0.patient == index }) else {
        throw ValidationError("--forecast: a patient has two forecasts; keep one.")
      }
      files.append((index, parts[1]))
    }
    for (index, path) in files {
      let (found, sha256) = try DurationsFile.read(path)
      evidence[index] = found
      if !inputs.contains(where: { $0.path == path }) { inputs.append((path, sha256)) }
    }
    if !files.isEmpty {
      basis = [
        "\(NumberText.counted(files.count, "patient")) with a harvest-day law from a forecast of the "
          + "own culture, counted from its start."
      ]
    }
  }

  /// The laws of the source and one more for each forecast; such patients are given theirs.
  func apply(
    to patients: inout [SlotProblem.Patient], _ source: SlotsSource
  ) throws(SlotsRefused) -> [HarvestDayLaw] {
    var laws = source.laws.map(\.law)
    for index in evidence.keys.sorted() {
      guard let found = evidence[index] else { continue }
      laws.append(try source.law(found, instead: patients[index].law))
      patients[index].law = laws.count - 1
    }
    return laws
  }
}
