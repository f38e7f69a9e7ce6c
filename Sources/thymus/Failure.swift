import ArgumentParser
import Bioreactor
import Dosing
import DosingCheck
import Inference
import Population
import Quantities
import Reports
import RunFiles

#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// How the command ends when something is wrong: what is said, and the exit code.
enum Failure {
  /// The exit codes of the command. They are a contract.
  enum Code: Int32 {
    case checkFailed = 1
    case badInput = 65
    case internalError = 70
    case outputFailed = 74
  }

  /// A check that did not hold; what is to be said has been printed.
  struct CheckFailed: Error {}

  /// Says what is wrong on standard error and ends the process.
  static func end(_ error: any Error) -> Never {
    switch error {
    case is CheckFailed: exit(Code.checkFailed.rawValue)
    case let refused as InputRefused:
      for finding in refused.findings { say(finding.description + excerpt(finding.place)) }
      exit(Code.badInput.rawValue)
    case let refusal as Dosing.Refusal:
      say("dose refused: \(refusal.description)" + option(of: refusal.field))
      exit(Code.checkFailed.rawValue)
    case let refused as DoseRequestWork.Refused:
      say("dose refused: \(refused.description)")
      exit(Code.checkFailed.rawValue)
    case let contradiction as DoseLargestCommand.Contradiction:
      say(contradiction.description)
      exit(Code.checkFailed.rawValue)
    case let failure as PDFProgram.Failure:
      say(failure.description)
      exit(Code.outputFailed.rawValue)
    case let refusal as Posterior.Refusal:
      say("refused: \(refusal.description)")
      exit(Code.checkFailed.rawValue)
    case let refusal as LearnedPrior.Refusal:
      say("refused: \(refusal.description)")
      exit(Code.checkFailed.rawValue)
    case let refusal as ParameterDistribution.Refusal:
      say("refused: \(refusal.description)")
      exit(Code.checkFailed.rawValue)
    case let failure as SimulationFailure:
      say("the simulation ended early: \(failure.description)")
      exit(Code.checkFailed.rawValue)
    case let disagreement as Disagreement:
      say(disagreement.description)
      exit(Code.checkFailed.rawValue)
    case let failure as OutputFailure:
      say(
        "\(failure.description) Remedy: free space or choose another place; nothing half-written "
          + "was left.")
      exit(Code.outputFailed.rawValue)
    case let error as QuantityError:
      say("\(error)")
      exit(Code.badInput.rawValue)
    case let mismatch as JSONMismatch:
      say("\(mismatch)")
      exit(Code.badInput.rawValue)
    default: Thymus.exit(withError: error)
    }
  }

  /// The option that fills a field of a dose request.
  private static func option(of field: String) -> String {
    let options = [
      "bodyMass": "--weight", "planned": "--plan", "losses": "--recovery, --retain, --qc",
      "level": "--level", "blasts": "--blasts",
    ]
    return options[String(field.prefix { $0 != "[" })].map { " Option: \($0)." } ?? ""
  }

  /// The line of a model text with a caret below the place. Run files are not quoted: their lines
  /// may hold what must not be shown.
  private static func excerpt(_ place: Place) -> String {
    guard place.file.hasSuffix(ModelFile.ending), place.line > 0, place.column > 0,
      let bytes = try? SourceBytes.read(place.file)
    else { return "" }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard place.line <= lines.count else { return "" }
    let line = lines[place.line - 1]
    return "\n    \(line)\n    " + String(repeating: " ", count: place.column - 1) + "^"
  }

  /// A line on standard error; when even that fails there is nobody to tell.
  static func say(_ text: String) {
    let line = text + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }
}
