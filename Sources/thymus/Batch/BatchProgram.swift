import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// This program, started again for one item.
struct BatchProgram {
  /// What a process left.
  struct Answer {
    let code: Int
    let output: [UInt8]
    let words: String
  }

  private let path: String

  /// The program that is running.
  static func own() throws -> BatchProgram {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path =
      count > 0
      ? String(decoding: buffer[..<count], as: UTF8.self) : CommandLine.arguments.first ?? "thymus"
    return BatchProgram(path: path)
  }

  /// Runs it to its end.
  func run(_ arguments: [String]) throws -> Answer {
    do {
      return try ChildProgram.inScratchFolder { folder in
        let (out, err) = (folder + "/out", folder + "/err")
        let code = try ChildProgram.run(path, arguments, output: out, errors: err)
        func bytes(_ path: String) -> [UInt8] {
          FileManager.default.contents(atPath: path).map { Array($0) } ?? []
        }
        return Answer(
          code: Int(code), output: bytes(out), words: String(decoding: bytes(err), as: UTF8.self))
      }
    } catch let failure as ChildProgram.Failure {
      throw switch failure {
      case .noFolder(let base): refused("no folder can be made for it in \(base)")
      case .notStarted(let code): refused("it cannot be started (system error \(code))")
      case .tooLong, .unseen: refused("its end was not seen")
      }
    }
  }

  private func refused(_ cause: String) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_BATCH_PROGRAM", at: Place(file: path), "\(cause).",
        remedy: "Check that the program and TMPDIR can be used from here.")
    ])
  }
}
