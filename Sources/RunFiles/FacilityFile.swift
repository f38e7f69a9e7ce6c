import Capacity
import Quantities
import Yams

/// Reads a facility: resources, products, arrivals, costs.
public enum FacilityFile {
  /// The form that this version reads.
  public static let schema = "thymus.facility/1"

  /// A value of the file put in place of the one that is written, `instruments.prodigy=33`.
  public struct Setting: Sendable, Hashable {
    /// Keys from the top, without the one of a count.
    public var path: [String]
    /// The value as it would be written in the file.
    public var value: String
    /// The argument that it comes from, which faults are told of.
    public var origin: String

    /// Reads `path=value`; a path has its keys joined by points. nil for anything else.
    ///
    /// `origin` is what a fault of the value is reported at: the argument as the user gave it.
    public init?(parsing text: String, origin: String? = nil) {
      self.origin = origin ?? "--set \(text)"
      guard let sign = text.firstIndex(of: "=") else { return nil }
      path = text[..<sign].split(separator: ".", omittingEmptySubsequences: false).map {
        String($0).trimmingSpaces()
      }
      value = text[text.index(after: sign)...].trimmingSpaces()
      if value.isEmpty || path.contains("") { return nil }
    }

    /// `path=value`.
    public var description: String { path.joined(separator: ".") + "=" + value }
  }

  /// Reads one file with some values changed, and gives its SHA-256 with the facility.
  ///
  /// Throws `InputRefused` with every fault: file, line, column, cause and remedy.
  public static func read(
    _ path: String, settings: [Setting] = []
  ) throws(InputRefused) -> (facility: Facility, sha256: String) {
    let bytes = try InputFile.bytes(of: path, limit: 4 << 20)
    if bytes.isEmpty {
      throw InputRefused([
        Finding(
          .error, "E_FACILITY_YAML", at: Place(file: path), "The file is empty.",
          remedy: "Begin with an example: data/facilities/regional_250.yaml.")
      ])
    }
    let start = try textStart(bytes, path)
    let facility = try read(
      String(decoding: bytes[start...], as: UTF8.self), file: path, settings: settings)
    return (facility, Digest.sha256(bytes))
  }

  /// The file read once, for many changes: the facility with the settings given.
  public static func reader(
    _ path: String
  ) throws(InputRefused) -> @Sendable ([Setting]) throws(InputRefused) -> Facility {
    let bytes = try InputFile.bytes(of: path, limit: 4 << 20)
    let start = try textStart(bytes, path)
    let text = String(decoding: bytes[start...], as: UTF8.self)
    return { settings throws(InputRefused) in
      try plainly(
        try YAMLReader.root(text, file: path, prefix: "E_FACILITY_"), path, settings)
    }
  }

  private static func textStart(_ bytes: [UInt8], _ path: String) throws(InputRefused) -> Int {
    do { return try TextCheck.start(of: bytes, file: path) } catch {
      throw InputRefused(
        error.findings.map {
          Finding(
            $0.severity, $0.code, at: $0.place, $0.cause,
            remedy: "Save the facility in a text editor as plain text with the encoding UTF-8.")
        })
    }
  }

  /// Reads one text with some values changed.
  ///
  /// Throws `InputRefused` with every fault; an unknown key is one, and so is a number without its
  /// unit. A fault that the file has not without the settings is told at the setting with which it
  /// first comes, not at a line that is in order.
  public static func read(
    _ text: String, file: String, settings: [Setting] = []
  ) throws(InputRefused) -> Facility {
    let root = try YAMLReader.root(text, file: file, prefix: "E_FACILITY_")
    return try read(root, file: file, settings: settings)
  }

  static func read(
    _ root: Node, file: String, settings: [Setting]
  ) throws(InputRefused) -> Facility {
    do throws(InputRefused) { return try plainly(root, file, settings) } catch {
      guard !settings.isEmpty else { throw error }
      var known: Set<[String]> = []
      var places: [[String]: Place] = [:]
      for count in 0...settings.count {
        let found = faults(root, file, Array(settings[..<count]))
        for fault in found where !known.contains(fault) {
          known.insert(fault)
          if count > 0 { places[fault] = Place(file: settings[count - 1].origin) }
        }
      }
      throw InputRefused(
        error.findings.map { finding in
          guard let place = places[[finding.code, finding.cause]] else { return finding }
          return Finding(
            finding.severity, finding.code, at: place, finding.cause, remedy: finding.remedy)
        })
    }
  }

  private static func faults(_ root: Node, _ file: String, _ settings: [Setting]) -> [[String]] {
    do throws(InputRefused) {
      _ = try plainly(root, file, settings)
      return []
    } catch {
      return error.findings.map { [$0.code, $0.cause] }
    }
  }

  private static func plainly(
    _ root: Node, _ file: String, _ settings: [Setting]
  ) throws(InputRefused) -> Facility {
    var reader = FacilityReader(yaml: YAMLReader(file: file, prefix: "E_FACILITY_"))
    let changed = reader.changed(root, settings)
    var facility = reader.yaml.findings.isEmpty ? reader.facility(changed) : nil
    if let read = facility, reader.yaml.findings.isEmpty { reader.check(read) }
    facility?.assumptions = reader.assumptions
    facility?.sources = reader.sources
    guard reader.yaml.findings.isEmpty, let facility else {
      throw InputRefused(reader.yaml.findings.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    return facility
  }
}
