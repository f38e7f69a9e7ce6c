import Capacity
import Quantities

/// The model of the slots: when batches are harvested, what they ask, what a late patient costs.
///
/// A JSON or YAML file with `harvest_day_law` (probability by day after the start) or `laws` (several
/// by name, for patients who differ), `start_hours`, `harvest_hours`, `hours_weekday` and
/// `hours_weekend`, `window_days`, `qc_days` and `cost`. `hold_prob_by_day`, when given, is checked
/// against the law. `drop_below`, the load below which another program leaves a term out of its limits,
/// is not used, and `remarks` says so: all loads are counted here, so a plan also holds there. `known`, the
/// costs that are known of an instance, is passed over.
public struct SlotModelFile: Sendable {
  /// Laws with their names; the first is `default` when the file has `harvest_day_law`.
  public let laws: [(name: String, law: HarvestDayLaw)]
  /// Hours of a start.
  public let startHours: Double
  /// Hours of a harvest.
  public let harvestHours: Double
  /// Team hours from Monday to Friday.
  public let weekdayHours: Double
  /// Team hours on Saturday and Sunday.
  public let weekendHours: Double
  /// Days after release on which a patient may start at the latest.
  public let window: Int
  /// What a plan costs.
  public let price: SlotProblem.Price
  /// What of the file is not used, in sentences.
  public let remarks: [String]
  /// The file as named.
  public let file: String
  /// SHA-256 of the file.
  public let sha256: String

  /// Reads a file. Throws `InputRefused` with every fault and its place.
  public static func read(_ path: String) throws(InputRefused) -> SlotModelFile {
    let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
    return try read(bytes: bytes, file: path)
  }

  /// Reads bytes with the name that messages shall use. Throws `InputRefused`.
  public static func read(bytes: [UInt8], file: String) throws(InputRefused) -> SlotModelFile {
    let start = try TextCheck.start(of: bytes, file: file)
    let text = String(decoding: bytes[start...], as: UTF8.self)
    var reader = SlotModelReader(yaml: YAMLReader(file: file, prefix: "E_SLOTS_"))
    let model = reader.model(
      try YAMLReader.root(text, file: file, prefix: "E_SLOTS_"), sha256: Digest.sha256(bytes))
    guard reader.yaml.findings.isEmpty, let model else {
      throw InputRefused(reader.yaml.findings.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    return model
  }

  /// The problem of some patients with these values.
  ///
  /// `laws` are those that the patients refer to; the model's when nil. `monday` is the day number of
  /// a Monday; weeks run from it. Throws `SlotsRefused`.
  public func problem(
    patients: [SlotProblem.Patient], laws own: [HarvestDayLaw]? = nil, devices: Int,
    rule: SlotProblem.DeviceRule, monday: Int
  ) throws(SlotsRefused) -> SlotProblem {
    let week = (0..<7).map { day in
      let weekday = ((day - monday) % 7 + 7) % 7
      return weekday < 5 ? weekdayHours : weekendHours
    }
    return try SlotProblem(
      patients: patients, laws: own ?? laws.map(\.law), devices: devices, rule: rule,
      weekHours: week,
      startHours: startHours, harvestHours: harvestHours, window: window, price: price)
  }
}
