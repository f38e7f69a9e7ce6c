import Dosing
import Quantities
import Testing

/// Samples whose day or point cannot be, and confirmations that settle nothing.
@Suite struct BagDoubtTests {
  /// The infusion is on 2026-11-22; every sample is moved.
  private func codes(
    _ day: String, _ form: Presentation.Form?, reference: WeightReference = .infusion
  ) throws -> [Hold.Code] {
    var request = try BagCases.complete()
    request.product.presentation.form = form
    request.product.countedFrom = nil
    request.product.weightReference = reference
    request.weight?.reference = reference
    let taken = try BagCases.time(day + " 23:30 +08:00")
    request.supplies[0].certificate?.densitySample = .finalFormulation
    request.supplies[0].certificate?.percentages?[0].sample = .finalFormulation
    request.supplies[0].certificate?.densityTaken = taken
    request.supplies[0].certificate?.percentages?[0].taken = taken
    return try BagCases.holds(request)
  }

  /// Edges of 0 and 3 days, on the clock of the sample. Would catch a certificate of next month, one
  /// of an earlier batch, a frozen product held for its age, and one doubt that is asked twice.
  @Test func sampleDays() throws {
    for form in [Presentation.Form?.none, .frozen, .freshOrFrozen, .fresh] {
      #expect(try codes("2026-11-22", form) == [])
      #expect(try codes("2026-11-23", form) == [.sampleDate])
      #expect(try codes("2026-12-25", form) == [.sampleDate])
      #expect(try codes("2026-11-19", form) == [])
      let old: [Hold.Code] = form == .fresh ? [.sampleDate] : []
      #expect(try codes("2026-11-18", form) == old)
      #expect(try codes("2026-08-01", form) == old)
    }
    #expect(try codes("2026-12-25", .fresh, reference: .notStated) == [.sampleDate])
    #expect(try !codes("2026-12-25", .fresh, reference: .leukapheresis).contains(.sampleDate))
  }

  /// Would catch a wrong day of one percentage hidden by a right density, and one confirmation for
  /// two different wrong days.
  @Test func oneSample() throws {
    var request = try BagCases.complete()
    let late = try BagCases.time("2026-12-25 09:00 +08:00")
    request.supplies[0].certificate?.percentages?[0].taken = late
    let holds = try DoseCalculation(request).holds.map(\.hold)
    #expect(holds.map(\.code) == [.sampleDate])
    #expect(holds.map(\.field) == ["percentages[0].taken"] && holds[0].role == .quality)
    request.supplies[0].certificate?.densityTaken = try BagCases.time("2026-12-26 09:00 +08:00")
    #expect(try BagCases.holds(request) == [.sampleDate, .sampleDate])
    request.samplePolicy.daysFresh = 0
    request.product.presentation.form = .frozen
    request.supplies[0].certificate?.densityTaken = try BagCases.time()
    #expect(try BagCases.holds(request) == [.sampleDate])
  }

  /// Would catch a post-thaw sample of a product that was never frozen.
  @Test func freshAfterThaw() throws {
    var request = try BagCases.complete()
    request.product.countedFrom = nil
    #expect(try BagCases.holds(request) == [])
    request.product.presentation.form = .fresh
    #expect(try BagCases.holds(request) == [.samplePoint])
    request.supplies[0].certificate?.densitySample = .finalFormulation
    #expect(try BagCases.holds(request) == [.sampleMixed, .samplePoint])
    request.supplies[0].certificate?.percentages?[0].sample = .finalFormulation
    #expect(try BagCases.holds(request) == [])
  }

  /// Would catch a confirmation written before the sample was taken, and one by another role that is
  /// called needless while the doubt is open.
  @Test func objections() throws {
    var request = try BagCases.complete()
    request.supplies[0].certificate?.statedCells = try CellCount(100_000_000)
    let hold = try #require(try DoseCalculation(request).holds.first).hold
    #expect(hold.code == .densityMismatch)
    func objection(
      _ role: Hold.Role = .laboratory, _ time: String? = nil, name: String = "B. Lee",
      field: String? = nil
    ) throws -> String? {
      let given = Dosing.Confirmation(
        hold.code, field: field ?? hold.field, name: name, role: role,
        time: try time.map { try BagCases.time($0) })
      request.confirmations = [given]
      let calculation = try DoseCalculation(request)
      let text = calculation.objection(to: given)
      #expect((calculation.verdict == .forTwoSignatures) == (text == nil))
      #expect(calculation.strayConfirmations == (text == nil ? [] : [given]))
      return text
    }
    #expect(try objection() == nil)
    #expect(try objection(.laboratory, "2026-11-20 09:00 +08:00") == nil)
    #expect(try objection(.laboratory, "2026-11-20 02:00 +01:00") == nil)
    let early = "Not accepted: it was confirmed before the sample was taken."
    #expect(try objection(.laboratory, "2026-11-20 08:59 +08:00") == early)
    #expect(try objection(.laboratory, "2026-11-20 09:30 +09:00") == early)
    #expect(try objection(.nurse) == "Not accepted: this doubt is settled by quality control.")
    #expect(try objection(name: " ") == "Not accepted: a name is needed.")
    #expect(try objection(field: "other") == "Confirmed, and no such doubt is open.")
  }
}
