import Bioreactor
import ModelLanguage
import RunRecords

extension NextSample {
  /// Everything that is looked at.
  struct Menu {
    struct Entry {
      let time: Double
      let assay: String
      /// Where its own mean stands among the points.
      let point: Int
      /// Where the viable density stands.
      let density: Int?
      /// Culture volume then, mL.
      let vessel: Double?
      /// How its last reading was counted.
      let count: Observation.Count?
    }

    let question: Question
    let model: Model
    let points: [CurveProbe.Point]
    let entries: [Entry]

    /// `fitted` tells how things were counted so far; a count that was never made is thought to be
    /// made like the run's last count of cells.
    init(
      _ planned: Culture, fitted: Culture, quantity: String, assays: [String], question: Question
    ) {
      self.question = question
      model = planned.model
      let names = planned.model.observables.map(\.name)
      func at(_ time: Double, _ name: String) -> CurveProbe.Point? {
        names.firstIndex(of: name).map {
          CurveProbe.Point(instant: Instant(time: time), observable: $0)
        }
      }
      let cells = fitted.targets.last {
        ["vcd", "dead", "tcd"].contains($0.observation.quantity) && $0.observation.count != nil
      }?.observation.count
      var points = [at(question.target, quantity)].compactMap { $0 }
      var entries: [Entry] = []
      let times = Set(question.times.filter { $0 < question.target }).sorted()
      for time in times {
        let density = at(time, "vcd").map { point -> Int in
          points.append(point)
          return points.count - 1
        }
        for assay in assays {
          guard let point = at(time, assay) else { continue }
          points.append(point)
          let timeline = planned.timeline
          let isDensity = ["vcd", "dead", "tcd"].contains(assay)
          entries.append(
            Entry(
              time: time, assay: assay, point: points.count - 1, density: density,
              vessel: timeline.knowsVolume ? timeline.volume(at: time, phase: .before) : nil,
              count: fitted.lastCount(point.observable) ?? (isDensity ? cells : nil)))
        }
      }
      self.points = points
      self.entries = entries
    }

    /// What was tried, and with what noise.
    func notes(_ fitted: Culture) -> [String] {
      var assays: [String] = []
      for entry in entries where !assays.contains(entry.assay) { assays.append(entry.assay) }
      let measured = Set(fitted.targets.map(\.observation.quantity))
      let fresh = assays.filter { !measured.contains($0) }
      guard let first = entries.first?.time, let last = entries.last?.time else { return [] }
      var text =
        "Tried: \(assays.joined(separator: ", ")), each on \(NextSample.day(first))"
        + (last > first ? " to \(NextSample.day(last))" : "") + "."
      if !fresh.isEmpty {
        text +=
          " \(fresh.joined(separator: ", ")) \(fresh.count == 1 ? "was" : "were") not measured so far: "
          + "with the model's own noise."
      }
      return [text]
    }
  }
}
