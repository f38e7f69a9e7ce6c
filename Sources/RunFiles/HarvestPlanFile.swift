import Quantities
import RunRecords
import Yams

/// Reads a harvest plan: dose, losses, criteria, calendar, infusion.
public enum HarvestPlanFile {
  /// Reads one file, and gives its SHA-256 with the plan.
  ///
  /// Throws `InputRefused` with every fault: file, line, column, cause and remedy.
  public static func read(
    _ path: String
  ) throws(InputRefused) -> (plan: DecisionPlan, sha256: String) {
    let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
    if bytes.isEmpty {
      throw InputRefused([
        Finding(
          .error, "E_HARVEST_YAML", at: Place(file: path), "The file is empty.",
          remedy: "Begin with an example: data/harvest/prodigy_child.yaml.")
      ])
    }
    let start = try textStart(bytes, path)
    let plan = try read(String(decoding: bytes[start...], as: UTF8.self), file: path)
    return (plan, Digest.sha256(bytes))
  }

  /// Where the text starts; what is no UTF-8 text is refused with a plan's own remedy.
  private static func textStart(_ bytes: [UInt8], _ path: String) throws(InputRefused) -> Int {
    do { return try TextCheck.start(of: bytes, file: path) } catch {
      throw InputRefused(
        error.findings.map {
          Finding(
            $0.severity, $0.code, at: $0.place, $0.cause,
            remedy: "Save the plan in a text editor as plain text with the encoding UTF-8.")
        })
    }
  }

  /// Reads one text.
  ///
  /// Throws `InputRefused` with every fault; an unknown key is one, and so is a number without its
  /// unit.
  public static func read(_ text: String, file: String) throws(InputRefused) -> DecisionPlan {
    var reader = HarvestPlanReader(yaml: YAMLReader(file: file, prefix: "E_HARVEST_"))
    let plan = reader.plan(try YAMLReader.root(text, file: file, prefix: "E_HARVEST_"))
    guard reader.yaml.findings.isEmpty, let plan else {
      throw InputRefused(reader.yaml.findings.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    return plan
  }
}
