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
    let file = try TextFile.read(
      path, empty: "E_HARVEST_YAML",
      begin: "Begin with an example: data/harvest/prodigy_child.yaml.")
    return (try read(file.text, file: path), Digest.sha256(file.bytes))
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
