import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where the shipped data lie: models, products, platforms, reference runs.
public struct DataFolder: Sendable {
  /// The folder's path.
  public let path: String

  /// The folder at a path.
  public init(path: String) { self.path = path }

  /// The first that exists: the given path, `THYMUS_DATA`, `data` in the working folder, or `data`
  /// beside or above the executable.
  ///
  /// Throws `InputRefused` when there is none.
  public static func locate(_ given: String?) throws(InputRefused) -> DataFolder {
    var candidates: [String] = []
    if let given {
      candidates = [given]
    } else {
      if let set = ProcessInfo.processInfo.environment["THYMUS_DATA"] { candidates.append(set) }
      candidates.append("data")
      let executable =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      var parts = (executable ?? "").split(separator: "/").dropLast()
      while !parts.isEmpty {
        let folder = "/" + parts.joined(separator: "/")
        candidates += [folder + "/data", folder + "/share/thymus/data"]
        parts = parts.dropLast()
      }
    }
    for candidate in candidates where InputFile.kind(of: candidate + "/models") == .directory {
      return DataFolder(path: candidate)
    }
    throw InputRefused([
      Finding(
        .error, "E_DATA_MISSING", at: Place(file: given ?? "data"),
        "The folder with models, products and platforms was not found.",
        remedy: "Run inside the project, set THYMUS_DATA, or give --data FOLDER.")
    ])
  }

  /// Paths of the files with an ending in one of its folders, sorted.
  public func files(in folder: String, ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(path)/\(folder)/\($0)" }
  }
}
