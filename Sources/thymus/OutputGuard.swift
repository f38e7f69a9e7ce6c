import ArgumentParser

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keeps every command from writing a result over a file that it reads.
enum OutputGuard {
  /// Options whose value is a file to write.
  private static let options: Set<String> = [
    "-o", "--output", "--out", "--report", "--slots-csv", "--lp", "--mps", "--ics", "--into",
  ]
  /// Files of a run's folder.
  private static let runFiles = ["observations.csv", "operations.csv", "runs.csv"]

  /// Refuses a command line on which a file to write is, under whatever name, one of the other files
  /// that stand there, or lies in a folder of runs that does and is one of its inputs.
  static func check(_ arguments: [String]) throws {
    var outputs: [String] = []
    var inputs: [String] = []
    var isOutput = false
    var isSheet = false
    for argument in arguments {
      if isSheet || argument.hasPrefix("--sheet=") {
        outputs += DoseSheetFiles.files(of: isSheet ? argument : String(argument.dropFirst(8)))
        isSheet = false
      } else if argument == "--sheet" {
        isSheet = true
      } else if isOutput {
        outputs.append(argument)
        isOutput = false
      } else if options.contains(argument) {
        isOutput = true
      } else if argument.hasPrefix("-"), let sign = argument.firstIndex(of: "=") {
        let value = String(argument[argument.index(after: sign)...])
        if options.contains(String(argument[..<sign])) {
          outputs.append(value)
        } else {
          inputs.append(value)
        }
      } else if argument.hasPrefix("-o"), argument.utf8.count > 2 {
        outputs.append(String(argument.dropFirst(2)))
      } else {
        inputs += [argument] + runFiles.map { "\(argument)/\($0)" }
      }
    }
    for output in outputs {
      guard let own = File(output) else { continue }
      if let input = inputs.first(where: { File($0) == own }) {
        throw ValidationError(
          "The result would be written over \(input), which this command reads: name another file.")
      }
    }
  }

  /// True when both paths lead to one file that is there.
  static func isSame(_ a: String, _ b: String) -> Bool {
    guard let file = File(a) else { return false }
    return file == File(b)
  }

  /// What a path leads to: the same for every name of one file. nil where there is no regular file.
  private struct File: Equatable {
    let device: UInt64
    let number: UInt64

    init?(_ path: String) {
      var info = stat()
      guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
      (device, number) = (UInt64(info.st_dev), UInt64(info.st_ino))
    }
  }
}
