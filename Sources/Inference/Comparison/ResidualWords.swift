import Bioreactor
import Quantities
import RunRecords
import Statistics

/// Turns the checks of a fit's residuals into sentences, only where they say something.
struct ResidualWords {
  let shape: FittedShape
  let cultures: [Culture]
  let battery: ResidualBattery
  let predictive: PredictiveCheck

  typealias Flag = ResidualChecks.Flag

  func flags() -> [ResidualChecks.Flag] {
    var flags: [Flag] = []
    for index in battery.groups.indices {
      let subject = subject(index)
      flags += offset(subject)
      flags += order(subject)
      flags += scale(subject)
      flags += evenness(subject)
    }
    flags += latest()
    flags += wholeFit(alreadySaid: flags.contains(where: \.isMisfit))
    flags += outliers()
    return flags.filter(\.isMisfit) + flags.filter { !$0.isMisfit }
  }

  /// What a sentence is about.
  struct Subject {
    /// Index of the group.
    let group: Int
    let quantity: String
    /// The run, of several; nil for all of them or the only one.
    let run: String?
    /// Its readings.
    let readings: [Int]
    /// How many runs it holds.
    let runs: Int

    /// What stands before a sentence; nothing for a fit of one run.
    var prefix: String {
      if let run { return "Run \(run): " }
      return runs > 1 ? "Over all \(runs) runs: " : ""
    }

    func flag(
      _ kind: Flag.Kind, _ p: Double, place: Place? = nil, _ sentence: String
    ) -> Flag {
      let text = prefix.isEmpty ? sentence.prefix(1).uppercased() + sentence.dropFirst() : sentence
      return Flag(
        kind: kind, quantity: quantity, run: run, pValue: p, place: place,
        sentence: prefix + text)
    }
  }

  var readings: [LinearisedFit.Reading] { shape.linearised.readings }

  private func subject(_ index: Int) -> Subject {
    let group = battery.groups[index]
    let first = shape.series[group.series[0]]
    return Subject(
      group: index, quantity: first.quantity,
      run: group.isPart ? cultures[first.member].run.name : nil,
      readings: readings.indices.filter { group.series.contains(readings[$0].series) },
      runs: group.series.count)
  }

  func check(_ kind: ResidualBattery.Kind, _ subject: Subject) -> ResidualBattery.Check? {
    battery.checks.first {
      $0.kind == kind && $0.group == subject.group && $0.corrected < ResidualBattery.level
    }
  }

  func observation(_ reading: Int) -> Observation {
    let target = shape.targets[reading]
    return cultures[target.member].targets[target.index].observation
  }

  /// The run of a reading, when there are several.
  func run(_ member: Int) -> String? { cultures.count > 1 ? cultures[member].run.name : nil }

  static func day(_ hours: Double) -> String {
    NumberText.significant((hours / 24 * 100).rounded() / 100, 3)
  }

  static func probability(_ p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = \(NumberText.significant(p, 2))"
  }
}
