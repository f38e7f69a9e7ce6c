import Quantities
import RunRecords
import Yams

/// Reads what the shipped platforms tell of their carrying capacity.
public enum PlatformFile {
  /// The capacity of a platform.
  ///
  /// Throws `InputRefused` when there is no file for it (with a suggestion) or the file has a fault.
  public static func capacity(
    of platform: String, data: DataFolder
  ) throws(InputRefused) -> PlatformCapacity {
    let path = "\(data.path)/platforms/\(platform).yaml"
    if InputFile.kind(of: path) == .missing {
      let known = names(data)
      throw InputRefused([
        Finding(
          .error, "E_PLATFORM_NAME", at: Place(file: path),
          "There is no platform '\(Shown.text(platform))'."
            + Suggestion.phrase(for: platform, among: known),
          remedy: "Choose one of: \(known.joined(separator: ", ")).")
      ])
    }
    return try read(path)
  }

  /// The capacity of a run's platform; nil when there is no file for it, which is said in the fit.
  public static func capacityIfKnown(
    of platform: String, data: DataFolder
  ) throws(InputRefused) -> PlatformCapacity? {
    names(data).contains(platform) ? try capacity(of: platform, data: data) : nil
  }

  /// Names of the shipped platforms, sorted.
  public static func names(_ data: DataFolder) -> [String] {
    data.files(in: "platforms", ending: ".yaml").map {
      String(($0.split(separator: "/").last ?? "").dropLast(5))
    }
  }

  private static func read(_ path: String) throws(InputRefused) -> PlatformCapacity {
    let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
    var reader = ProductReader(file: path)
    let root: Node?
    do {
      root = try Yams.compose(
        yaml: String(decoding: bytes, as: UTF8.self), .basic)
    } catch {
      throw InputRefused([
        Finding(
          .error, "E_PLATFORM_YAML", at: Place(file: path), "\(error)",
          remedy: "Correct the indentation and quotes.")
      ])
    }
    let keys = ["platform", "title", "capacity", "capacity_sd_ln", "state", "sources"]
    guard let root, let map = reader.mapping(root, "the platform", keys: keys) else {
      throw InputRefused(reader.findings)
    }
    let name = reader.text(reader.required(map, "platform", in: root))
    let amount = reader.amount(reader.required(map, "capacity", in: root))
    let spread = reader.text(reader.required(map, "capacity_sd_ln", in: root))
    let state = reader.text(reader.required(map, "state", in: root))
    if let amount, amount.unit != "cells" {
      reader.report("E_PLATFORM_UNIT", root, "The capacity is not in cells.", "Write it in cells.")
    }
    guard reader.findings.isEmpty, let name, let amount, let state,
      let sd = spread.flatMap({ StrictNumber.double($0) }), sd > 0
    else {
      reader.report("E_PLATFORM_VALUE", root, "A value is missing or not positive.", "Correct it.")
      throw InputRefused(reader.findings)
    }
    return PlatformCapacity(
      platform: name, median: amount.value.double / 1e6, sdLn: sd, isUnverified: state != "read")
  }
}
