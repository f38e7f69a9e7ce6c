import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Testing

@testable import Inference

@Suite("Verdicts and notes for the reader") struct VerdictTests {
  /// Counts in a chamber of 4 squares at dilution 2: one cell is 0.005e6 cells/mL.
  private func counted(_ live: [Double], dead: [Double]) throws -> Culture {
    let times = live.indices.map { 24 * Double($0) }
    let run = Run(
      name: "counted",
      observations: zip(times, zip(live, dead)).flatMap { time, pair in
        [("vcd", pair.0), ("dead", pair.1)].map { name, cells in
          Observation(
            time: time, quantity: name,
            value: cells > 0 ? .exact(0.005 * cells) : .below(0.005),
            count: Observation.Count(cells: .exact(cells), exposure: 200),
            place: Place(file: "made", line: Int(time)))
        }
      }, operations: seeded(0.8))
    return try Culture(model: try shipped("live_dead"), run: run)
  }

  // Catches: a doubling time for a run that does not grow; the prior of mu passed over where only it
  // gives K an error (a verdict "data: 0 %"); advice to count during growth.
  @Test("a flat run says that no growth is seen, and whose prior its capacity rests on")
  func flat() throws {
    let flat = try counted(
      [150, 155, 146, 152, 149, 151, 147], dead: [10, 12, 12, 9, 15, 14, 17])
    let fit = try Fit.run(flat)
    #expect(fit.isUsable && fit.showsGrowth == false)
    #expect(fit.notes.first?.hasPrefix("No growth is seen") == true, "\(fit.notes)")
    #expect(!fit.notes.contains { $0.contains("would fix") })
    let capacity = try #require(fit.parameter("K"))
    #expect(capacity.prior == nil && capacity.verdict == .priorOf(partner: "mu"))
    #expect(
      capacity.verdict.words
        == "not identifiable alone; rests on the prior of mu, with which it trades off")
    let grows = try Fit.run(
      try counted([150, 130, 210, 390, 700, 1290, 2300], dead: [10, 12, 12, 9, 15, 24, 37]))
    #expect(grows.showsGrowth == true)
  }

  // Catches: no dead cell found taken for a model that does not fit.
  @Test("dead cells at their lower bound are no misfit where none was counted")
  func unseenDead() throws {
    let fit = try Fit.run(
      try counted([150, 130, 210, 390, 700, 1290, 2300], dead: [0, 0, 0, 0, 0, 0, 0]),
      options: {
        var o = FitOptions(); o.usesPriors = false; return o
      }())
    let start = try #require(fit.parameter("D0"))
    if case .atBound("lower") = start.verdict {
      #expect(
        fit.notes.contains { $0.hasPrefix("D0 lies at its lower bound: the first dead count") })
      #expect(!fit.notes.contains { $0.contains("D0") && $0.contains("does not describe") })
    } else {
      Issue.record("\(start.verdict)")
    }
  }

  // Catches: -0.98 as -1.0 or -0.98000001, +-1 claimed for 0.998.
  @Test("a correlation has two decimals and is never rounded up to 1")
  func correlation() {
    #expect(FittedParameter.hundredths(-0.98) == "-0.98")
    #expect(FittedParameter.hundredths(-0.9996) == "-0.99")
    #expect(
      FittedParameter.hundredths(-1) == "-1.00" && FittedParameter.hundredths(0.804) == "0.80")
    #expect(
      FittedParameter.Verdict.notIdentifiable(partner: "K", correlation: -0.98).words
        == "not identifiable; trades off with K: correlation -0.98")
  }

  // Catches: an interval printed as one number, a scaled unit in running text.
  @Test("ends that differ differ in print; a scaled unit is written out")
  func range() throws {
    #expect(PrintedRange.apart(0.01, 0.0100049) == ("0.01", "0.010005"))
    #expect(PrintedRange.apart(1.5, 1.5) == ("1.5", "1.5"))
    let density = try Unit(parsing: "1e6 cells/mL")
    let shown = PrintedRange(0.002, 0.03, unit: density)
    #expect(shown.with(shown.low) == "2,000 cells/mL" && shown.high == "30,000")
    let (a, b) = NextSample.factors(0.05, 0.0497)
    #expect(a != b)
  }

  // tvc = vcd * 100 mL. Catches: totals not read, read without the volume, read besides the density
  // of the same count.
  @Test("total viable cells are read as a density by the culture volume")
  func totals() throws {
    let times = [24.0, 48, 72]
    let values = [0.6, 1.2, 2.4]
    let model = try shipped("exponential_lag")
    let asTotals = made(times, values.map { $0 * 100 }, quantity: "tvc")
    let one = try Culture(model: model, run: asTotals)
    #expect(one.targets.map(\.observation.value) == values.map { .exact($0) })
    #expect(one.targets.allSatisfy { $0.observation.quantity == "vcd" })
    var both = asTotals
    both.observations += made(times, values).observations
    let two = try Culture(model: model, run: both)
    #expect(two.targets.count == 3 && two.unused == ["tvc": 3])
    let fit = try Fit.run(one)
    #expect(fit.notes.contains { $0.contains("(tvc) are read as vcd") })
  }
}
