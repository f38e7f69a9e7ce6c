import ArgumentParser
import Bioreactor
import Inference
import Quantities
import RunFiles

/// The question of a design.
struct DesignArguments: ParsableArguments {
  @Option(
    help:
      "Day of the forecast, such as 10d (default: the planned harvest, or two days on without one)."
  )
  var target: TimeArgument?

  @Option(
    name: .customLong("assay"),
    help:
      "A quantity that could be measured; may be repeated (default: all that the model observes)."
  )
  var assays: [String] = []

  @Option(help: "Step of the days that are tried, such as 12h.")
  var every: TimeArgument?

  @Option(help: "First time that is tried (default: one step after the last measurement).")
  var from: TimeArgument?

  @Option(help: "Number of samples that are planned together.")
  var samples = 3

  @Option(
    help: "Volume that an assay takes, such as 'vcd=0.3 mL'; may be repeated (default 0.5 mL).")
  var volume: [HoldArgument] = []

  @Option(
    help:
      "Average over this many draws from the normal approximation; 0 uses the estimate alone (default: draws of the posterior, where they can be made)."
  )
  var averaged: Int?

  func validate() throws {
    if samples < 1 || samples > 20 { throw ValidationError("--samples takes 1 to 20.") }
    if let averaged, averaged < 0 || averaged > 1000 {
      throw ValidationError("--averaged takes 0 to 1000.")
    }
    if let every, every.hours < 1 { throw ValidationError("--every takes 1h or more.") }
    for entry in volume where entry.unit.dimension != Dimension(volume: 1) || entry.value < 0 {
      throw ValidationError("--volume takes a volume, such as '\(entry.name)=0.3 mL'.")
    }
  }

  var step: Double { every?.hours ?? 24 }

  func question(
    fitted: Culture, planned: Culture, until: Double?, posterior: Posterior?
  ) throws -> NextSample.Question {
    let last = fitted.targets.map(\.observation.time).max() ?? planned.timeline.start
    var question = NextSample.Question(
      fitted: fitted, planned: planned, now: max(last, until ?? last), target: target?.hours,
      step: step, first: from?.hours)
    let observables = planned.model.observables.map(\.name)
    for name in assays where !observables.contains(name) {
      throw ValidationError(
        "The model \(planned.model.name) does not observe '\(name)'."
          + "\(Suggestion.phrase(for: name, among: observables)) It observes "
          + "\(observables.joined(separator: ", ")).")
    }
    if !assays.isEmpty { question.assays = assays }
    question.samples = samples
    question.draws = averaged ?? 0
    if averaged == nil, let posterior { question.average(over: posterior) }
    for entry in volume {
      let asked = entry.unit.toBase(entry.value)
      try check(asked, entry, planned, question.times)
      question.volumes[entry.name] = asked
    }
    return question
  }

  /// A sample of a tenth of the culture or more is a slip of the unit, or too dear.
  private func check(
    _ asked: Double, _ entry: HoldArgument, _ planned: Culture, _ times: [Double]
  ) throws {
    guard planned.timeline.knowsVolume,
      let least = times.map({ planned.timeline.volume(at: $0, phase: .before) }).min()
    else { return }
    let most = NextSample.mostShare * least
    guard asked > most else { return }
    throw ValidationError(
      "--volume \(entry.name): \(NumberText.significant(asked)) mL is "
        + "\(NumberText.significant(asked / least * 100, 2)) % of the culture "
        + "(\(NumberText.significant(least)) mL); a sample of more than "
        + "\(NumberText.percent(NextSample.mostShare)) is not planned. Give at most "
        + "'\(entry.name)=\(NumberText.significant(most, 2)) mL'.")
  }

  /// Where the day of the forecast comes from, when it was not asked for.
  func targetWords(_ planned: Culture, _ question: NextSample.Question) -> String? {
    guard target == nil else { return nil }
    let day = NextSample.day(question.target)
    return planned.timeline.harvest == nil
      ? "No --target was given and no harvest is planned, so the forecast is for \(day), two days on."
      : "No --target was given, so the forecast is for the planned harvest, \(day)."
  }

  /// Options for the provenance block.
  var described: [(name: String, value: String)] {
    [
      (
        "target",
        target.map { "\(NumberText.significant($0.hours, 6)) h" }
          ?? "planned harvest, or two days on without one"
      ),
      ("assays", assays.isEmpty ? "all that the model observes" : assays.joined(separator: ", ")),
      ("step", "\(NumberText.significant(step, 6)) h"), ("samples", "\(samples)"),
      (
        "averaged over draws",
        averaged.map { "\($0)" } ?? "of the posterior, where they can be made"
      ),
    ]
      + volume.map {
        ("volume of \($0.name)", "\(NumberText.significant($0.value, 6)) \($0.unit.symbol)")
      }
  }
}
