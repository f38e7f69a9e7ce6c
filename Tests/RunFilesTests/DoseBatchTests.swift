import Foundation
import Quantities
import RunFiles
import Testing

@Suite("Batches of doses") struct DoseBatchTests {
  static let common = """
    schema: thymus.dose-request/1
    product: x
    plan: maximum
    weight: {measured: true, date: 2026-01-01, reference: infusion}
    supply:
      certificate: {counted: CAR-positive viable T cells, method: counter, sample: post-thaw}
      step: 0.1 mL

    """

  private func rows(_ csv: String) throws -> [DoseBatchRow] {
    let product = try ProductFile.read(Self.product, file: "p.yaml")
    let content = try DoseRequestFile.read(Self.common, file: "c.yaml")
    var rows: [DoseBatchRow] = []
    try DoseBatchFile(bytes: Array(csv.utf8), file: "b.csv").forEach(
      common: content.request(for: product, errors: []), identifiers: content.identifiers
    ) { rows.append($0) }
    return rows
  }

  static let product = """
    id: x
    name: x
    inn: x
    indication: x
    jurisdiction: US
    label_version: null
    status: trial
    counted: CAR-positive viable T cells
    wording: x
    weight_reference: not stated
    dose:
      kind: per kg range
      origin: trial
      trial: x
      as_read: x
      minimum: 1e6 cells/kg
      maximum: 2e6 cells/kg
    states: {dose: read, counted: read}
    sources: [{cite: x, read: 2026-01-01}]

    """

  // Catches: one patient dosed twice; the viability of one patient given to all.
  @Test("a patient stands once, with a viability of its own")
  func patients() throws {
    func codes(_ csv: String) -> [String] {
      do {
        _ = try rows(csv)
        return []
      } catch let refused as InputRefused {
        return refused.findings.map { "\($0.place.line) \($0.code)" }
      } catch { return ["other"] }
    }
    #expect(codes("patient,viability [%]\nP1,93\nP2,91\nP1,90\n") == ["4 E_BATCH_PATIENT"])
    let found = try rows("patient,viability [%]\nP1,93\nP2,\n")
    let first = try Fraction(percent: Rational(93))
    #expect(found[0].viability == first && found[1].viability == nil)
  }

  // Catches: the CAR+ share of one patient's vector copies given to all, which makes another's copies
  // per CAR+ cell wrong by as much.
  @Test("each patient has a CAR+ share of the vector copies of its own")
  func copies() throws {
    let product = try ProductFile.read(Self.product, file: "p.yaml")
    let content = try DoseRequestFile.read(
      Self.common + "release: {copies_of_car_positive: 34 %}\n", file: "c.yaml")
    func read(_ csv: String) throws -> [DoseBatchRow] {
      var rows: [DoseBatchRow] = []
      try DoseBatchFile(bytes: Array(csv.utf8), file: "b.csv").forEach(
        common: content.request(for: product, errors: []), identifiers: content.identifiers
      ) { rows.append($0) }
      return rows
    }
    #expect {
      try read("patient,vector_copies [copies/cell]\nP1,1.2\nP2,1.2\n")
    } throws: {
      ($0 as? InputRefused)?.findings.map(\.code) == ["E_BATCH_COPIES"]
    }
    let own = try read(
      "patient,vector_copies [copies/cell],copies_of_car_positive [%]\nP1,1.2,34\nP2,1.2,\n")
    #expect(own[0].request.results?.copiesCarShare?.description == "34 %")
    #expect(own[1].request.results?.copiesCarShare == nil)
    #expect(try read("patient,vector_copies [copies/cell]\nP1,1.2\n").count == 1)
  }

  // Catches: a certificate, batch or donation that stands in two patients' rows and passes in one of
  // them; two bags of one recipient that are held.
  @Test("what belongs to one patient stands for one patient")
  func shared() throws {
    func words(_ csv: String) throws -> [String?] { try rows(csv).map(\.request.shared) }
    #expect(try words("patient,certificate\nP1,C1\nP2,C2\nP3,\nP4,\n") == [nil, nil, nil, nil])
    let twice = "certificate C1; lines 2, 4"
    #expect(try words("patient,certificate\nP1,C1\nP2,C2\nP3,C1\n") == [twice, nil, twice])
    #expect(
      try words("patient,donation\nP1,D1\nP2,D1\n")
        == ["donation D1; lines 2, 3", "donation D1; lines 2, 3"])
    #expect(try words("patient,batch,recipient\nP1,B1,R1\nP2,B1,R1\n") == [nil, nil])
    #expect(try words("patient,batch,recipient\nP1,B1,R1\nP2,B1,R2\n").allSatisfy { $0 != nil })
    #expect(try words("patient,batch,recipient\nP1,B1,\nP2,B1,\n").allSatisfy { $0 != nil })
  }

  // Catches: a table, a product or a page that is refused key by key and not by what it is.
  @Test("a file of another kind is called what it is")
  func kinds() throws {
    func words(_ body: () throws -> Void) -> String {
      do { try body() } catch let refused as InputRefused {
        return refused.findings.map { "\($0.code) \($0.cause)" }.joined(separator: "|")
      } catch {}
      return ""
    }
    let table = "patient,weight [kg],weight_date\nP1,18,2026-03-01\n"
    #expect(
      words { _ = try DoseRequestFile.read(table, file: "x") }
        == "E_FILE_KIND This is a table of patients, and no dose request.")
    #expect(
      words { _ = try DoseRequestFile.read(Self.product, file: "x") }
        == "E_FILE_KIND This is a product file, and no dose request.")
    #expect(
      words { _ = try ProductFile.read(DoseRequestTests.good, file: "x") }
        == "E_FILE_KIND This is a dose request, and no product file.")
    #expect(
      words { _ = try DoseBatchFile(bytes: Array(Self.common.utf8), file: "x") }
        == "E_FILE_KIND This is a dose request, and no table of patients.")
    #expect(
      words { _ = try DoseRequestFile.read("<!DOCTYPE html><html></html>", file: "x") }
        == "E_FILE_KIND This is an HTML page, and no dose request.")
    #expect(
      words { _ = try DoseRequestFile.read("{\"schema\": \"thymus.dose/1\"}", file: "x") }
        == "E_FILE_KIND This is a result in JSON, and no dose request.")
  }

  // Catches: a cell of one patient that stays for the next, a common value that fills an empty cell,
  // a density off by 1e6, a percentage without the density's method.
  @Test("a row replaces what is common, also by nothing")
  func read() throws {
    let found = try rows(
      """
      patient,weight [kg],weight_date,viable_density [1e6 cells/mL],viable CAR+ T cells of viable cells [%]
      P1,18.5,2026-03-01,2.2,38
      P2,,,0.5,
      """)
    #expect(found.map(\.patient) == ["P1", "P2"] && found.map(\.line) == [2, 3])
    let (first, second) = (found[0].request, found[1].request)
    #expect(first.weight?.mass?.description == "18.5 kg")
    #expect(first.weight?.date?.description == "2026-03-01" && first.weight?.isMeasured == true)
    #expect(second.weight?.mass == nil && second.weight?.date == nil)
    let certificate = first.supplies[0].certificate
    #expect(certificate?.viableDensity?.cellsPerMilliliter == Rational(2_200_000))
    let share = certificate?.percentages?.first
    #expect(share?.value?.description == "38 %" && share?.method == "counter")
    #expect(share?.sample == .postThaw)
    #expect(second.supplies[0].certificate?.percentages?.first?.value == nil)
    #expect(first.supplies[0].resolution?.description == "0.1 mL")
  }

  // Catches: anything below that is read as something, and places that point elsewhere.
  @Test("each fault is refused at its place")
  func faults() {
    let cases: [(csv: String, place: String, code: String)] = [
      ("", "b.csv", "E_FILE_EMPTY"), ("weight [kg]\n", "b.csv:1", "E_BATCH_EMPTY"),
      ("weight [lb]\n40\n", "b.csv:1:1", "E_UNIT_UNKNOWN"),
      ("weight\n40\n", "b.csv:1:1", "E_UNIT_MISSING"),
      ("patient [kg]\nP\n", "b.csv:1:1", "E_UNIT_UNWANTED"),
      ("patient,wieght [kg]\nP,40\n", "b.csv:1:9", "E_COLUMN_UNKNOWN"),
      ("patient,weight [kg\nP,40\n", "b.csv:1:9", "E_HEADER_FORM"),
      ("weight [kg],weight [kg]\n1,2\n", "b.csv:1:13", "E_HEADER_DUPLICATE"),
      ("plan,planned [cells]\ntarget,5\n", "b.csv:1:6", "E_HEADER_DUPLICATE"),
      ("patient,weight [kg]\nP,40\nQ,nan\n", "b.csv:3:3", "E_BATCH_CELL"),
      ("patient,weight [kg]\nP,4 0\n", "b.csv:2:3", "E_BATCH_CELL"),
      ("patient,weight [kg]\nP,-40\n", "b.csv:2:3", "E_BATCH_CELL"),
      ("patient,weight [kg]\nP,0\n", "b.csv:2:3", "E_QUANTITY_NOT_POSITIVE"),
      ("weight_date\n2026-02-30\n", "b.csv:2:1", "E_BATCH_CELL"),
      ("weight_measured\nyes\n", "b.csv:2:1", "E_BATCH_CELL"),
      ("plan\nall\n", "b.csv:2:1", "E_BATCH_CELL"),
      ("planned [cells]\n1.5\n", "b.csv:2:1", "E_BATCH_CELL"),
      ("blasts [%]\n120\n", "b.csv:2:1", "E_FRACTION_ABOVE_ONE"),
      ("patient,weight [kg]\nP\n", "b.csv:2:1", "E_ROW_RAGGED"),
      ("patient,weight [kg]\nP,1e99\n", "b.csv:2:3", "E_BATCH_CELL"),
      ("patient,weight [kg]\n\"P,40\n", "b.csv:2:1", "E_QUOTE_UNCLOSED"),
    ]
    for fault in cases {
      do {
        _ = try rows(fault.csv)
        Issue.record("\(fault.csv) was read")
      } catch let refused as InputRefused {
        let found = refused.findings.contains {
          $0.code == fault.code && "\($0.place)" == fault.place && !$0.remedy.isEmpty
        }
        #expect(found, "\(fault.csv): \(refused)")
      } catch {
        Issue.record("\(fault.csv): \(error)")
      }
    }
    let latin = Array("patient\nP".utf8) + [0xE9, 0x0A]
    #expect {
      _ = try DoseBatchFile(bytes: latin, file: "b.csv")
    } throws: {
      "\($0)".contains("b.csv:2:2: error E_NOT_UTF8")
    }
  }

  // Catches: rows that are computed although a later cell cannot be read and is then reported.
  @Test("every bad cell is found in one reading")
  func allAtOnce() {
    #expect {
      try rows("patient,weight [kg]\nP,x\nQ,20\nR,y\n")
    } throws: {
      ($0 as? InputRefused)?.findings.map(\.place.line) == [2, 4]
    }
  }
}
