import Dosing
import DosingCheck
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
    #expect(try codes("2026-11-21", .fresh, reference: .leukapheresis).contains(.sampleDate))
  }

  /// Would catch a wrong day of one percentage hidden by a right density, and one confirmation for
  /// two different wrong days.
  @Test func oneSample() throws {
    var request = try BagCases.complete()
    let late = try BagCases.time("2026-12-25 09:00 +08:00")
    request.supplies[0].certificate?.percentages?[0].taken = late
    let holds = try DoseCalculation(request).holds.map(\.hold)
    #expect(holds.map(\.code) == [.sampleDate, .sampleApart])
    #expect(holds[0].field == "percentages[0].taken" && holds[0].role == .quality)
    request.supplies[0].certificate?.densityTaken = try BagCases.time("2026-12-26 09:00 +08:00")
    #expect(try BagCases.holds(request) == [.sampleDate, .sampleDate])
    request.samplePolicy.daysFresh = 0
    request.product.presentation.form = .frozen
    request.supplies[0].certificate?.densityTaken = try BagCases.time()
    #expect(try BagCases.holds(request) == [.sampleDate, .sampleApart])
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
      field: String? = nil, value: String = "14.2e6 viable cells/mL; 68.0 mL; 100e6 cells"
    ) throws -> String? {
      let given = Dosing.Confirmation(
        hold.code, field: field ?? hold.field, value: value, name: name, role: role,
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
    #expect(
      try objection(value: "14.2e6 viable cells/mL; 68 mL; 965e6 cells")
        == "Not accepted: it was confirmed for 14.2e6 viable cells/mL; 68 mL; 965e6 cells, and the "
        + "value is 14,200,000 viable cells/mL; 68 mL; 100,000,000 cells.")
    #expect(try objection(name: " ") == "Not accepted: a name is needed.")
    #expect(try objection(field: "other") == "Confirmed, and no such doubt is open.")
  }

  /// Would catch a refusal to draw up that asks for other containers or another dose where a slip is
  /// the cause: a density x 10 and / 10, 0.38 % for 38 %, and pounds for kilograms.
  @Test func refusalsNameDoubts() throws {
    func refusal(_ change: (inout DoseRequest) throws -> Void) throws -> Refusal? {
      var request = try BagCases.complete()
      request.supplies[0].containers = .sizes(
        [try BagCases.volume("30")...BagCases.volume("60")], most: 1)
      #expect(BagCases.refusal(request) == nil)
      try change(&request)
      return BagCases.refusal(request)
    }
    func density(_ digits: String) throws -> ViableDensity {
      try ViableDensity(cellsPerMilliliter: BagCases.number(digits))
    }
    let high = try refusal {
      $0.supplies[0].certificate?.viableDensity = try density("142e6")
    }
    #expect(high?.code == .noContainer)
    let low = try refusal {
      $0.supplies[0].certificate?.viableDensity = try density("1.42e6")
    }
    #expect(low?.code == .notEnoughCells)
    for refused in [high, low] {
      #expect(refused?.cause.contains("Doubted: H_DENSITY_MISMATCH viableDensity: ") == true)
      #expect(refused?.remedy.hasPrefix("Settle these doubts first") == true)
    }
    let share = try refusal {
      $0.supplies[0].certificate?.percentages?[0].value = try BagCases.percent("0.237")
    }
    #expect(share?.code == .notEnoughCells && share?.cause.contains("H_PERCENT_SMALL") == true)
    let pounds = try refusal {
      $0.weight?.earlier = try BagCases.mass("31.75")
      $0.planned = .amount(try CellCount(60_000_000))
    }
    #expect(pounds?.code == .outsideWindow && pounds?.cause.contains("H_WEIGHT_POUNDS") == true)
    let band = try refusal {
      $0.product = try BagCases.flat(1000, 100_000_000)
      $0.weight?.earlier = try BagCases.mass("31.75")
    }
    #expect(band?.code == .noTarget && band?.cause.contains("H_WEIGHT_POUNDS") == true)
    // Settled, or with nothing doubted, the refusal is as it was.
    let settled = try refusal {
      $0.supplies[0].certificate?.viableDensity = try density("142e6")
      $0.confirmations = [
        Dosing.Confirmation(
          .densityMismatch, field: "viableDensity",
          value: "142,000,000 viable cells/mL; 68 mL; 965,600,000 cells", name: "B. Lee",
          role: .laboratory)
      ]
    }
    #expect(settled?.cause.contains("Doubted") == false)
    let small = try refusal { $0.supplies[0].certificate = try BagCases.certificate(volume: "20") }
    #expect(small?.code == .notEnoughCells && small?.cause.contains("Doubted") == false)
  }

  /// Would catch blasts that are asked for and not looked at: of a rule without a split, and of a
  /// split without a planned dose.
  @Test func planWithBlasts() throws {
    func plan(_ course: DoseCourse, _ blasts: String?, _ choice: PlannedDose? = nil) throws
      -> DosePlan
    {
      let band = try WeightBand(target: .cells(CellCount(410)))
      let rule = try DoseRule(.flatFixed, bands: [band], course: course)
      return try DosePlan(
        product: BagCases.product(rule), bodyMass: nil, choice: choice,
        blasts: blasts.map { try BagCases.percent($0) })
    }
    let edge = try BagCases.percent("20")
    let split = DoseCourse.split(
      try BlastSplit(
        sample: "marrow",
        regimens: [
          BlastSplit.Regimen(
            lower: nil, upper: BlastSplit.Edge(edge, inclusive: true),
            portions: [
              BlastSplit.Portion(cells: CellCount(100), day: 1),
              BlastSplit.Portion(cells: CellCount(310), day: 10),
            ], state: .read),
          BlastSplit.Regimen(
            lower: BlastSplit.Edge(edge, inclusive: false), upper: nil, portions: [],
            state: .unverified),
        ]))
    let few = try plan(split, "20")
    #expect(few.portions.map(\.cells.cells) == [100, 310] && few.choice == .target)
    #expect(try requireSame(few))
    #expect(try plan(split, nil).portions.isEmpty)
    for choice in [PlannedDose?.none, .target] {
      #expect { try plan(split, "20.1", choice) } throws: { ($0 as? Refusal)?.code == .unverified }
      #expect { try plan(.single, "5", choice) } throws: { ($0 as? Refusal)?.field == "blasts" }
    }
  }

  /// 70e6 cells / 3,365,400 cells/mL = 20.7999049 mL. Would catch a least volume that is cut, and so
  /// holds less than the least dose.
  @Test func leastVolumeIsEnough() throws {
    let lines = try DoseCalculation(BagCases.complete()).handCalculation
    #expect(lines.contains { $0.contains("at least about 20.8 mL, at most about 41.5998 mL") })
  }

  private func requireSame(_ plan: DosePlan) throws -> Bool {
    try recalculate(plan.sheet).portions.map(\.cells) == plan.figures.portions.map(\.cells)
  }
}
