import Quantities
import RunRecords
import Testing

@testable import Harvest

/// Which reading is wrong, with a judge that can be worked out by hand: a reading is expected to be the
/// mean of those before it, give or take 1.
@Suite("Readings that may be wrong") struct ReadingDoubtsTests {
  private func run(_ values: [Double]) -> Run {
    Run(
      name: "made",
      observations: values.enumerated().map {
        HarvestCase.reading(24 * Double($0.offset), "vcd", .exact($0.element))
      })
  }

  private func judge(_ run: Run, _ hour: Double) -> [LatestReadingCheck] {
    let readings = run.observations.filter { $0.time <= hour }
    guard let latest = readings.last, readings.count > 1 else { return [] }
    let before = readings.dropLast().map(\.value.number)
    let mean = before.reduce(0, +) / Double(before.count)
    let reading = latest.value.number
    return [
      LatestReadingCheck(
        hour: latest.time, quantity: "vcd", reading: reading, expected: (mean - 1)...(mean + 1),
        p: abs(reading - mean) > 1 ? 0.001 : 0.5)
    ]
  }

  private func found(_ values: [Double]) -> String {
    let made = run(values)
    let now = 24 * Double(values.count - 1)
    let doubts = ReadingDoubts.found(
      in: made, until: now, latest: judge(made, now), level: 0.01, judge: judge)
    func days(_ checks: [LatestReadingCheck]) -> [Int] { checks.map { Int($0.hour / 24) } }
    return "\(days(doubts.suspects)) \(days(doubts.unresolved))"
  }

  // Catches: a good reading blamed for the wrong one before it, on the next day or two days later; a
  // doubted reading forgotten when the next agrees; doubts about a culture that really changed.
  @Test func suspectsAndUnresolved() {
    #expect(found([5, 5, 5, 5]) == "[] []")
    #expect(found([5, 5, 5, 50]) == "[] []")
    #expect(found([5, 5, 50, 5]) == "[2] []")
    #expect(found([5, 50, 5, 5]) == "[1] []")
    #expect(found([5, 5, 8, 6]) == "[] [2]")
    #expect(found([5, 5, 5, 5, 9, 9.5]) == "[] [4]")
  }
}
