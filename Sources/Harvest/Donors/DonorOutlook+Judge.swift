import Bioreactor
import RunRecords

extension LatestReadingCheck {
  /// A reading that a forecast has judged.
  init(_ latest: DonorOutlook.Latest) {
    self.init(
      hour: latest.observation.time, quantity: latest.observation.quantity,
      reading: latest.observation.value.number, expected: latest.foretold.ninety, level: 0.9,
      p: latest.pValue)
  }
}

extension DonorOutlook {
  /// The latest readings of a run up to an hour, held by the same priors against those before them;
  /// empty where that cannot be done.
  func judged(_ run: Run, until hour: Double, platform: Platform?) -> [LatestReadingCheck] {
    let sources = components.map(\.source)
    var question = question
    question.until = hour
    do {
      let planned = try sources.map { try Culture(model: $0.model, run: run, platform: platform) }
      let times = Set(planned.first?.targets.map(\.observation.time) ?? [])
        .filter { $0 <= hour }.sorted()
      return try DonorOutlook.judged(run, sources, planned, platform, times, question)
        .map(LatestReadingCheck.init)
    } catch { return [] }
  }
}
