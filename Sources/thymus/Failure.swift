import ArgumentParser
import Dosing
import DosingCheck
import Inference
import Quantities
import Reports

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
      say(refused.description)
      exit(Code.badInput.rawValue)
    case let refusal as Dosing.Refusal:
      say("dose refused: \(refusal.description)")
      exit(Code.checkFailed.rawValue)
    case let refusal as Posterior.Refusal:
      say("refused: \(refusal.description)")
      exit(Code.checkFailed.rawValue)
    case let disagreement as Disagreement:
      say(disagreement.description)
      exit(Code.internalError.rawValue)
    case let failure as OutputFailure:
      // A reader that went away, as in `thymus ... | head`, is no fault.
      if failure.isBrokenPipe { exit(0) }
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

  /// A line on standard error; when even that fails there is nobody to tell.
  static func say(_ text: String) {
    let line = text + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }
}
