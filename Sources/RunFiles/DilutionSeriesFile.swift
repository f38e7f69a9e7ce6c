import Quantities
import RunRecords

/// The readings of a dilution-series experiment, as they stand in a CSV file.
public struct DilutionSeriesFile: Sendable {
  /// Which cells a series is of.
  public enum Kind: String, Sendable, CaseIterable {
    /// Viable cells: `live_counted` or `vcd`.
    case viable
    /// Dead cells: `dead_counted`.
    case dead
    /// All cells: `total_counted`, the sum of live and dead, or `tcd`.
    case total
  }

  /// One row's reading of one kind of cells.
  public struct Reading: Sendable, Hashable {
    /// Target dilution fraction, 0 to 1.
    public let fraction: Double
    /// The independently prepared dilution.
    public let replicate: String
    /// Density in 1e6 cells/mL.
    public let density: Double
    /// Counted cells, when they are known.
    public let count: Observation.Count?
    /// Where it stands.
    public let place: Place
  }

  /// All readings of one counter and one kind of cells.
  public struct Series: Sendable {
    /// The counter's name; nil when the file names none.
    public let counter: String?
    /// Which cells.
    public let kind: Kind
    /// Its readings in the order of the file.
    public fileprivate(set) var readings: [Reading]
  }

  /// The series, by counter's name, then viable, dead, total.
  public let series: [Series]
  /// Notes and warnings in the order of their places.
  public let notes: [Finding]
  /// The file that was read.
  public let source: RunBatch.SourceFile

  /// Reads a file of a dilution series.
  ///
  /// Throws `InputRefused` with every fault, each with its place.
  public static func read(
    _ path: String, limits: CSVDocument.Limits = .init()
  ) throws(InputRefused) -> DilutionSeriesFile {
    let bytes = try InputFile.bytes(of: path, limit: limits.bytes)
    return try read(bytes: bytes, file: path, limits: limits)
  }

  /// Reads bytes with the name that messages shall use. Throws `InputRefused`.
  public static func read(
    bytes: [UInt8], file: String, limits: CSVDocument.Limits = .init()
  ) throws(InputRefused) -> DilutionSeriesFile {
    var findings = FindingList(file: file)
    let document = try CSVDocument(parsing: bytes, file: file, limits: limits)
    findings.add(remarks: document.notes)
    let series = DilutionSeriesTable(reading: document, &findings).series
    try findings.refuseOnError()
    return DilutionSeriesFile(
      series: series,
      notes: findings.remarks.sorted { ($0.place, $0.code) < ($1.place, $1.code) },
      source: RunBatch.SourceFile(path: file, sha256: Digest.sha256(bytes)))
  }

  init(series: [Series], notes: [Finding], source: RunBatch.SourceFile) {
    self.series = series
    self.notes = notes
    self.source = source
  }
}

extension DilutionSeriesFile.Series {
  /// A series without readings, to which readings are added.
  init(counter: String?, kind: DilutionSeriesFile.Kind) {
    self.init(counter: counter, kind: kind, readings: [])
  }

  mutating func append(_ reading: DilutionSeriesFile.Reading) { readings.append(reading) }
}
