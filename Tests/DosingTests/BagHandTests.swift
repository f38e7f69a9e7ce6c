import Dosing
import Quantities
import Testing

/// The working by hand, and numbers that cannot be misread.
@Suite struct BagHandTests {
  /// Every step of a capped dose. Would catch a line that is not what was computed, a cap applied in
  /// silence, a missing source or statement.
  @Test func capped() throws {
    var request = try BagCases.complete("130")
    request.errors = [RelativeError("count", try BagCases.percent("5"), source: "dilution series")]
    let lines = try DoseCalculation(request).handCalculation
    for wanted in [
      "Rule: Case (casecel), none, EU, version 1; dose from the approved label.",
      "Source: a label, read 2026-11-21.",
      "Weight W: 130 kg [measured on 2026-11-18 reference infusion of 2026-11-22]",
      "Minimum = least dose per kg x W: 130 kg x 1,000,000 cells/kg = 130,000,000 cells (130 million; 1.3E8) "
        + "[rule]",
      "Target = target per kg x W: 130 kg x 2,000,000 cells/kg = 260,000,000 cells (260 million; 2.6E8); not "
        + "above the cap, so 200,000,000 cells (200 million; 2E8) [rule]",
      "Planned dose D: 200,000,000 cells (200 million; 2E8) [the target of the rule]",
      "Before thaw = N / recovery: 200,000,000 cells / 70 % = about 285,714,285.715 cells",
      "Counted cells per mL = density x shares: 14,200,000 viable cells/mL x 23.7 % = "
        + "3,365,400 cells/mL",
      "Volume to infuse = nearest step of 0.1 mL that is allowed: 59.4 mL",
      "Dose in it = volume x counted cells per mL, rounded down: 59.4 mL x 3,365,400 cells/mL = "
        + "199,904,760 cells (199.90476 million; 1.9990476E8)",
      "Left over = volume in the bag less all fills: 68 mL - 59.4 mL = 8.6 mL",
      "Relative error of count: 5 % [dilution series]",
    ] {
      #expect(lines.contains(wanted), "\(wanted)")
    }
    #expect(lines.last == DoseCalculation.statement)
  }

  /// A tolerance is shown as its factor. Would catch a window that a reader cannot redo.
  @Test func tolerance() throws {
    let band = try WeightBand(
      target: .perKilogram(CellsPerKilogram(BagCases.number("1e6"))),
      tolerance: BagCases.percent("20"))
    let request = DoseRequest(
      product: BagCases.product(try DoseRule(.perKilogramFixed, bands: [band])),
      weight: try BagCases.weight("30.0000001"), planned: nil)
    let lines = try DoseCalculation(request).handCalculation
    #expect(
      lines.contains(
        "Minimum = target x (100 % - 20 %) per kg x W, rounded up: 30.0000001 kg x 1,000,000 "
          + "cells/kg x 0.8 = 24,000,000.08 cells, so 24,000,001 cells (24.000001 million; 2.4000001E7) [rule]"
      ))
  }

  /// Clock times from a thaw time, rates as minutes, gates of fractions.
  /// Would catch a limit counted from another offset or rounded up.
  @Test func infusion() throws {
    var request = try BagCases.complete()
    request.product.timing.order = "one bag at a time"
    request.product.timing.afterThaw = ProductTiming.AfterThaw(
      most: try TimeSpan(Rational(30), .minutes), from: "thaw to the end of the infusion")
    request.product.timing.rate = Rational(10)...Rational(20)
    request.product.timing.afterDepletion = ProductTiming.AfterDepletion(2...14, from: .completion)
    request.thawed = try BagCases.time("2026-11-22 23:45 +08:00")
    let lines = try DoseCalculation(request).infusionLines
    #expect(
      lines == [
        "Order: one bag at a time.",
        "Time limit after thaw: 30 min, thaw to the end of the infusion. First thaw started "
          + "Sun 2026-11-22 23:45 +08:00; its limit is Mon 2026-11-23 00:15 +08:00.",
        "Rate: 10 to 20 mL/min. whole dose: about 2.1 to about 4.1 min.",
        "Days after the completion of lymphodepletion: 2 to 14.",
      ])
  }
}
