import Integration
import Quantities

/// A simulation that ended early; there is no partial result.
public struct SimulationFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Why.
  public enum Cause: Sendable, Equatable {
    /// The integration did not reach its end.
    case solver(Termination)
    /// A state would turn negative.
    case negative(state: String, at: Double)
    /// Conditions came true and false too often.
    case tooManyFirings(at: Double, condition: String)
    /// A rule or a flow took the vessel where it cannot be.
    case vessel(at: Double, volume: Double, limit: Double)
  }

  /// Why it ended.
  public let cause: Cause

  /// The largest number of times that conditions may fire in one run.
  public static let firingLimit = 1000

  init(_ cause: Cause) { self.cause = cause }

  /// The cause in words and what to do about it.
  public var description: String {
    func shown(_ value: Double) -> String { NumberText.significant(value) }
    switch cause {
    case .solver(let termination): return termination.advice
    case .negative(let state, let time):
      return
        "\(state) would fall below 0 at t = \(shown(time)) h: its loss does not stop when nothing is "
        + "left. Let the rate vanish with it, such as monod(\(state), K), feed before that hour, or "
        + "end the loss by an event ('if' or 'on')."
    case .tooManyFirings(let time, let condition):
      return
        "Conditions fired more than \(Self.firingLimit) times up to t = \(shown(time)) h; the last "
        + "was \(condition). What it does probably brings the condition back at once: let the rule "
        + "change more, widen the gap between its condition and what it does, or use "
        + "smooth(x, width) in place of 'if'."
    case .vessel(let time, let volume, let limit) where limit <= 1e-3 && volume <= 1e-3:
      return
        "At t = \(shown(time)) h the vessel runs dry: more flows out than in. Change the flows, or "
        + "end them earlier."
    case .vessel(let time, let volume, let limit):
      return "At t = \(shown(time)) h the culture volume passes \(shown(limit)) mL, a limit of the "
        + "vessel (it is \(shown(volume)) mL). Change the flows or the rules, or end them earlier "
        + "with 'until'."
    }
  }
}
