import ModelLanguage
import Quantities
import RunRecords

/// What is known of a run's medium where no model follows it: the latest glucose and lactate, what is
/// planned, and whether the glucose lasts until then.
public enum MediumDoubt {
  /// Glucose that 1e6 viable cells/mL use in an hour, mmol/L (0.02 to 0.4 are found; unverified).
  public static let use = 0.1
  /// Lactate from which cultures suffer, mmol/L (rule of thumb, unverified).
  public static let lactate = 25.0

  /// What the probabilities of a harvest leave out; nil where the model follows glucose.
  public static func note(_ run: Run, model: Model, until now: Double) -> String? {
    guard !model.observables.contains(where: { $0.name == "glucose" }) else { return nil }
    let latest = ["glucose", "lactate"].compactMap { name in
      reading(name, in: run, until: now).map {
        "\(name) \(NumberText.significant($0.value, 3)) mmol/L on day "
          + NumberText.significant($0.hour / 24, 3)
      }
    }
    let next = renewal(run, from: now)
    return
      "Medium: \(model.name) follows neither glucose nor lactate; the probabilities are those of a "
      + "culture that never runs short. "
      + (latest.isEmpty ? "None was read." : "Latest: \(latest.joined(separator: ", ")).")
      + (next.map {
        " The next fresh medium is planned for day \(NumberText.significant($0 / 24, 3))."
      }
        ?? " No fresh medium is planned from now on.")
  }

  /// Glucose that does not last until the next fresh medium or `end`, and lactate that is high; empty where
  /// the model follows glucose, or nothing was read.
  ///
  /// hours left = glucose/(use density), with the latest density before it; the growth meanwhile is left out,
  /// so it lasts no longer.
  public static func warnings(
    _ run: Run, model: Model, until now: Double, end: Double
  ) -> [String] {
    guard !model.observables.contains(where: { $0.name == "glucose" }) else { return [] }
    var found: [String] = []
    if let glucose = reading("glucose", in: run, until: now),
      let cells = reading("vcd", in: run, until: now), cells.value > 0
    {
      let lasts = max(0, glucose.value) / (use * cells.value)
      let next = renewal(run, from: glucose.hour)
      let needed = min(next ?? .infinity, end) - glucose.hour
      if lasts < needed {
        found.append(
          Finding(
            .warning, "W_MEDIUM", at: glucose.place,
            "The glucose of day \(NumberText.significant(glucose.hour / 24, 3)), "
              + "\(NumberText.significant(glucose.value, 3)) mmol/L, lasts these cells about "
              + "\(NumberText.significant(lasts, 2)) h at \(use) pmol per cell and hour, and "
              + (next.map {
                "the next fresh medium comes after \(NumberText.significant($0 - glucose.hour, 2)) h"
              } ?? "no fresh medium is planned")
              + ": the cells may starve, and the model does not know it.",
            remedy: "Read it again, plan a feed or an exchange, and ask again."
          ).description)
      }
    }
    if let high = reading("lactate", in: run, until: now), high.value > lactate {
      found.append(
        Finding(
          .warning, "W_MEDIUM", at: high.place,
          "The lactate of day \(NumberText.significant(high.hour / 24, 3)) is "
            + "\(NumberText.significant(high.value, 3)) mmol/L: above \(Int(lactate)) growth is often "
            + "slower, and the model does not know it.",
          remedy: "Read it again, or plan an exchange."
        ).description)
    }
    return found
  }

  /// The latest number of a quantity.
  private static func reading(
    _ name: String, in run: Run, until now: Double
  ) -> (hour: Double, value: Double, place: Place)? {
    let last = run.observations.filter { $0.quantity == name && $0.time <= now }
      .max { $0.time < $1.time }
    guard let last, case .exact(let value) = last.value else { return nil }
    return (last.time, value, last.place)
  }

  /// The first operation from an hour on that brings fresh medium.
  private static func renewal(_ run: Run, from hour: Double) -> Double? {
    let fresh: Set<Operation.Kind> = [.feed, .exchange, .wash, .flow]
    return run.operations.filter { $0.time >= hour && fresh.contains($0.action.kind) }.map(\.time)
      .min()
  }
}
