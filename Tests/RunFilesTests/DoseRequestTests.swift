import Foundation
import Quantities
import RunFiles
import Testing

@Suite("Dose request files") struct DoseRequestTests {
  static let good = """
    schema: thymus.dose-request/1
    product: kymriah-us-ball
    identifiers: {product_code: S12, donation: D-1, recipient: R-1, batch: B-1}
    weight:
      value: 18.5 kg
      measured: true
      date: 2026-03-10
      reference: leukapheresis
      reference_date: 2026-03-11
      earlier: 17.6 kg
      earlier_date: 2026-02-26
    plan: 3.6e7 cells
    level: A
    blasts: 15 %
    losses:
      - {step: wash, recovery: 88 %, sd: 5 %}
      - {step: quality control, share: 2 %}
      - {step: vial, cells: 2e6 cells}
    supply:
      certificate:
        number: C-1
        counted: CAR-positive viable T cells
        viable_density: 2.2e6 cells/mL
        method: counter
        sample: post-thaw
        taken: 2026-03-12 09:00 +08:00
        percentages:
          - {cells: viable CAR+ T cells, of: viable cells, value: 38 %, method: flow, sample: post-thaw, taken: 2026-03-12T09:00Z}
        volume: 50 mL
        stated_cells: 110e6 cells
      step: 0.1 mL
      dead_volume: 0.5 mL
      overfill: 0 mL
      containers: {sizes: [10 to 30 mL, 30 to 50 mL], most: 3}
    release: {dmso: 82.5 mg/mL, endotoxin: 0.5 EU/mL, beads: 20 beads/3e6 cells}
    limits:
      - {of: dmso, at_most: 1 g/kg, source: SOP}
    errors:
      - {of: count, value: 10 %, source: SOP}
      - {of: count, dilution_series: c.csv, counter: NC, cells_counted: 400}
    confirmations:
      - {hold: H_WEIGHT_ALONE, field: weight.earlier, value: "18.50 kg", name: A. Chan, role: nurse, time: 2026-03-10 10:00 +08:00}

    """

  // Catches: a per cent left as it is, an amount per kg taken for cells, steps out of order, a unit
  // of the density that is off by 1e6.
  @Test("what is read, exactly")
  func read() throws {
    let content = try DoseRequestFile.read(Self.good, file: "r.yaml")
    #expect(content.product == "kymriah-us-ball" && content.productFile == nil)
    #expect(content.identifiers.donation == "D-1" && content.identifiers.batch == "B-1")
    let weight = try #require(content.weight)
    #expect(weight.mass?.description == "18.5 kg" && weight.isMeasured == true)
    #expect(weight.date?.description == "2026-03-10")
    #expect(weight.earlier?.description == "17.6 kg" && weight.reference == .leukapheresis)
    #expect(content.planned == .amount(try CellCount(36_000_000)))
    #expect(content.blasts?.description == "15 %" && content.level == "A")
    let losses = try #require(content.losses)
    #expect(losses.map(\.name) == ["wash", "quality control", "vial"])
    #expect(losses[0].deviation?.description == "5 %")
    #expect(losses[2].kind == .cells(try CellCount(2_000_000)))
    let supply = try #require(content.supplies.first)
    let certificate = try #require(supply.certificate)
    #expect(certificate.viableDensity?.cellsPerMilliliter == Rational(2_200_000))
    #expect(certificate.statedCells?.cells == 110_000_000)
    #expect(certificate.percentages?.first?.value?.description == "38 %")
    #expect(certificate.percentages?.first?.form == .percent)
    #expect(certificate.percentages?.first?.taken?.offset == 0)
    #expect(certificate.densityTaken?.offset == 480)
    #expect(supply.resolution?.description == "0.1 mL" && supply.overfill?.description == "0 mL")
    #expect(
      content.release?.dmso?.description == "82.5 mg/mL" && content.release?.beads == Rational(20))
    #expect(content.limits.map(\.item) == [.dmso] && content.errors.count == 2)
    #expect(content.confirmations.first?.role == .nurse)
    #expect(content.confirmations.first?.value == "18.50 kg")
    #expect(content.places["plan"]?.line == 12)
  }

  // Catches: anything below that is read as something, and a patient's value in a message.
  @Test("each fault is refused at its line, with a cause and a remedy")
  func faults() {
    let cases: [(from: String, to: String, code: String, line: Int)] = [
      ("thymus.dose-request/1", "thymus.dose-request/2", "E_REQUEST_SCHEMA", 1),
      ("product: kymriah-us-ball\n", "", "E_REQUEST_MISSING", 1),
      ("product: kymriah-us-ball", "product: a\nproduct_file: b.yaml", "E_REQUEST_TWICE", 3),
      ("measured: true", "mesured: true", "E_REQUEST_KEY", 6),
      ("measured: true", "measured: yes", "E_REQUEST_FLAG", 6),
      ("value: 18.5 kg", "value: 18.5", "E_QUANTITY_UNIT", 5),
      ("value: 18.5 kg", "value: 18.5 lb", "E_QUANTITY_UNIT", 5),
      ("value: 18.5 kg", "value: 18,5 kg", "E_QUANTITY_NOT_A_NUMBER", 5),
      ("value: 18.5 kg", "value: nan kg", "E_QUANTITY_NOT_A_NUMBER", 5),
      ("value: 18.5 kg", "value: -1 kg", "E_QUANTITY_NOT_POSITIVE", 5),
      ("value: 18.5 kg", "value: 18.5 kg\n  pounds: 40 lb", "E_REQUEST_TWICE", 6),
      ("date: 2026-03-10", "date: 2026-02-30", "E_REQUEST_DATE", 7),
      ("date: 2026-03-10", "date: 10/03/2026", "E_REQUEST_DATE", 7),
      ("plan: 3.6e7 cells", "plan: 2e6 cells/kg", "E_REQUEST_CELLS", 12),
      ("plan: 3.6e7 cells", "plan: 3.65e-1 cells", "E_REQUEST_CELLS", 12),
      ("plan: 3.6e7 cells", "plan: most", "E_REQUEST_CELLS", 12),
      ("blasts: 15 %", "blasts: 0.15", "E_REQUEST_UNIT", 14),
      ("blasts: 15 %", "blasts: 115 %", "E_REQUEST_VALUE", 14),
      ("recovery: 88 %", "recovry: 88 %", "E_REQUEST_KEY", 16),
      ("recovery: 88 %", "recovery: 88 %, share: 2 %", "E_REQUEST_LOSS", 16),
      ("viable_density: 2.2e6 cells/mL", "viable_density: 2.2e6 cells", "E_REQUEST_UNIT", 23),
      (
        "viable_density: 2.2e6 cells/mL", "viable_density: 0 cells/mL", "E_QUANTITY_NOT_POSITIVE",
        23
      ),
      ("sample: post-thaw\n", "sample: postthaw\n", "E_REQUEST_WORD", 25),
      ("09:00 +08:00\n    perc", "09:00\n    perc", "E_REQUEST_TIME", 26),
      ("of: viable cells", "of: living cells", "E_REQUEST_WORD", 28),
      ("value: 38 %", "value: 138 %", "E_REQUEST_VALUE", 28),
      ("value: 38 %", "value: 38", "E_FRACTION_ABOVE_ONE", 28),
      ("volume: 50 mL", "volume: 50 ml", "E_QUANTITY_UNIT", 29),
      ("step: 0.1 mL", "step: .1 mL", "E_QUANTITY_NOT_A_NUMBER", 31),
      ("10 to 30 mL", "30 to 10 mL", "E_REQUEST_SIZE", 34),
      ("most: 3}", "most: 0}", "E_REQUEST_NUMBER", 34),
      ("82.5 mg/mL", "7.5 %", "E_QUANTITY_UNIT", 35),
      ("of: dmso", "of: dmos", "E_REQUEST_WORD", 37),
      ("1 g/kg", "1 mL/kg", "E_REQUEST_UNIT", 37),
      ("value: 10 %, source: SOP", "value: 10 %", "E_REQUEST_MISSING", 39),
      ("role: nurse", "role: sister", "E_REQUEST_WORD", 42),
      ("H_WEIGHT_ALONE", "H_WEIGHT_ALON", "E_REQUEST_WORD", 42),
    ]
    for fault in cases {
      let text = Self.good.replacingOccurrences(of: fault.from, with: fault.to)
      #expect(text != Self.good, "\(fault.from)")
      do {
        _ = try DoseRequestFile.read(text, file: "r.yaml")
        Issue.record("\(fault.to) was read")
      } catch {
        let found = error.findings.contains {
          $0.code == fault.code && $0.place.line == fault.line && $0.place.file == "r.yaml"
            && !$0.cause.isEmpty && !$0.remedy.isEmpty
        }
        #expect(found, "\(fault.to): \(error)")
        #expect(!"\(error)".contains("18.5") && !"\(error)".contains("18,5"))
      }
    }
    for text in [
      "", "words", "- a\n- b\n", "product: a\nproduct: b\n", "product: [", "schema: x\n",
    ] {
      #expect(throws: InputRefused.self) { try DoseRequestFile.read(text, file: "r.yaml") }
    }
    let typo = Self.good.replacingOccurrences(of: "measured: true", with: "mesured: true")
    #expect {
      try DoseRequestFile.read(typo, file: "r.yaml")
    } throws: {
      "\($0)".contains("Did you mean 'measured'?")
    }
  }

  // Catches: pounds that are taken for kilograms, or whose reading is lost; a bare share that passes
  // for a per cent without a trace.
  @Test("pounds are converted openly, and a bare share is marked")
  func doubtful() throws {
    let pounds = try DoseRequestFile.read(
      Self.good.replacingOccurrences(of: "value: 18.5 kg", with: "pounds: 40 lb"), file: "r.yaml")
    #expect(pounds.weight?.mass?.description == "18.1436948 kg")
    #expect(pounds.weight?.converted?.description == "40 lb")
    let bare = try DoseRequestFile.read(
      Self.good.replacingOccurrences(of: "value: 38 %", with: "value: 0.38"), file: "r.yaml")
    #expect(bare.supplies[0].certificate?.percentages?[0].form == .share)
    #expect(bare.supplies[0].certificate?.percentages?[0].value?.description == "38 %")
  }

  // Catches: a time of infusion that is lost, and two weighings under two names.
  @Test("the time of infusion and the other weighing")
  func infusion() throws {
    let content = try DoseRequestFile.read(
      Self.good.replacingOccurrences(of: "earlier", with: "other")
        + "infusion: {at: 2026-03-12 14:00 +08:00}\n", file: "r.yaml")
    #expect(content.infusion?.clock == "2026-03-12 14:00 +08:00")
    #expect(content.weight?.earlier?.description == "17.6 kg")
    #expect(content.weight?.earlierDate?.description == "2026-02-26")
    #expect(DoseRequestFile.key(of: "infusion") == "infusion: at")
    #expect {
      try DoseRequestFile.read(
        Self.good.replacingOccurrences(
          of: "earlier: 17.6 kg", with: "earlier: 17.6 kg\n  other: 18 kg"), file: "r.yaml")
    } throws: {
      ($0 as? InputRefused)?.findings.map(\.code) == ["E_REQUEST_TWICE"]
    }
  }

  // Catches: a field that a refusal names and no key fills.
  @Test("a refusal's field leads to its key")
  func keys() {
    let cases = [
      ("bodyMass", "weight: value"), ("weight.referenceDate", "weight: reference_date"),
      ("densityTaken", "supply: certificate: taken"),
      ("supplies[1].deadVolume", "supply (item 2): dead_volume"),
      ("percentages[0].child", "supply: certificate: percentages: cells"),
      ("losses[2]", "losses"), ("supplies[1]", "supply (item 2)"),
    ]
    for (field, key) in cases { #expect(DoseRequestFile.key(of: field) == key, "\(field)") }
    #expect(DoseRequestFile.key(of: "product.dose") == nil)
  }
}
