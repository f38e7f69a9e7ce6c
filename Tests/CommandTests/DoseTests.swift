import Foundation
import Testing

@Suite("Doses at the command line", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct DoseTests {
  static let child = "data/doses/child_prodigy.yaml"

  /// Runs `dose --request` with a changed example in its own folder.
  private func ask(
    _ changes: [(String, String)], _ more: [String] = [], of example: String = DoseTests.child
  ) throws -> Tool.Outcome {
    try Scratch.folder { folder in
      for name in try Scratch.names(Tool.root + "/data/doses") where name.hasSuffix(".yaml") {
        try Scratch.write(
          try Scratch.text(Tool.root + "/data/doses/" + name), to: folder + "/" + name)
      }
      var text = try Scratch.text(Tool.root + "/" + example).replacingOccurrences(
        of: "../counters", with: Tool.root + "/data/counters")
      for (from, to) in changes {
        #expect(text.contains(from), "\(from)")
        text = text.replacingOccurrences(of: from, with: to)
      }
      try Scratch.write(text, to: folder + "/r.yaml")
      return try Tool.run(["dose", "--request", folder + "/r.yaml"] + more)
    }
  }

  private func record(_ outcome: Tool.Outcome) throws -> [String: Any] {
    let whole = try JSONSerialization.jsonObject(with: outcome.out) as? [String: Any]
    return try #require(whole?["dose"] as? [String: Any])
  }

  // The numbers were computed apart, in Python's fractions: 2.2e6 x 0.94 x 0.92 x 0.56 cells/mL.
  // Catches: viability left out or applied twice, losses in another order, rounding upward at the
  // greatest dose.
  @Test func child() throws {
    let outcome = try Tool.run(["dose", "--request", Self.child, "--json"])
    #expect(outcome.code == 0, "\(outcome.brief)")
    let dose = try record(outcome)
    #expect(dose["verdict"] as? String == "for two signatures")
    #expect(dose["minimum_cells"] as? Int == 5_400_000)
    #expect(dose["maximum_cells"] as? Int == 18_000_000)
    #expect(dose["planned_cells"] as? Int == 18_000_000)
    #expect(dose["volume_mL"] as? String == "16.8")
    #expect(dose["dose_cells"] as? Int == 17_899_284)
    #expect(dose["harvest_cells"] as? Int == 23_674_243)
    #expect(dose["target_cells"] is NSNull)
    let page = try Tool.run(["dose", "--request", Self.child])
    #expect(page.text.contains("FOR TWO SIGNATURES"), "\(page.text)")
    #expect(page.text.contains("HK-R-2026-000077") && page.text.contains("Checked by"))
  }

  // Catches: a broken limit that reads as approved, or that a missing result hides.
  @Test func outOfSpecification() throws {
    for (from, to) in [
      ("value: 94 %", "value: 71 %"), ("endotoxin: 0.5 EU/mL", "endotoxin: 9 EU/mL"),
    ] {
      var changes = [(from, to)]
      if to.contains("71") { changes.append(("volume: 50 mL", "volume: 50 mL")) }
      let outcome = try ask(changes)
      #expect(outcome.code == 1, "\(outcome.brief)")
      #expect(outcome.text.uppercased().contains("OUT OF SPECIFICATION - NOT APPROVED"))
      #expect(!outcome.text.contains("FOR TWO SIGNATURES"))
      #expect(outcome.text.contains("OUTSIDE") && outcome.text.contains("Exceptional use"))
    }
  }

  // Catches: a hold that is not shown, that nobody is named for, or that any name settles.
  @Test func held() throws {
    let outcome = try ask([("measured: true", "measured: false")])
    #expect(outcome.code == 1 && outcome.text.contains("HELD: "), "\(outcome.brief)")
    #expect(outcome.text.contains("H_WEIGHT_NOT_MEASURED") && outcome.text.contains("nurse"))
    let settle =
      "confirmations: [{hold: H_WEIGHT_NOT_MEASURED, field: weight.measured, value: 18 kg, name: B. Lee, "
      + "role: nurse, time: 2026-03-10 10:00 +08:00}]\nplan: maximum"
    let settled = try ask([("measured: true", "measured: false"), ("plan: maximum", settle)])
    #expect(settled.code == 0 && settled.text.contains("B. Lee"), "\(settled.brief)")
    let other = try ask([
      ("measured: true", "measured: false"),
      ("plan: maximum", settle.replacingOccurrences(of: "role: nurse", with: "role: physician")),
    ])
    #expect(other.code == 1, "\(other.brief)")
    #expect(other.text.unwrapped.contains("Not accepted: this doubt is settled by"))
    // The weight was corrected after the nurse signed: held again.
    let later = try ask([
      ("measured: true", "measured: false"), ("plan: maximum", settle),
      ("value: 18 kg\n", "value: 17.9 kg\n"),
    ])
    #expect(later.code == 1, "\(later.brief)")
    #expect(later.text.unwrapped.contains("Not accepted: it was confirmed for 18 kg"))
  }

  // Catches: a missing field that is filled in, or whose refusal does not say where to write it.
  @Test func missing() throws {
    let cases = [
      ("  value: 18 kg\n", "weight: value"), ("  measured: true\n", "weight: measured"),
      ("  date: 2026-03-10\n", "weight: date"), ("  reference: infusion\n", "weight: reference"),
      ("  reference_date: 2026-03-11\n", "weight: reference_date"), ("plan: maximum\n", ": plan"),
      ("    number: COA-PRD-2026-017\n", "certificate: number"),
      ("    total_density: 2.2e6 cells/mL\n", "certificate: total_density"),
      ("    volume: 50 mL\n", "certificate: volume"), ("  step: 0.1 mL\n", "supply: step"),
      ("  dead_volume: 0.5 mL\n", "dead_volume"), ("  overfill: 0 mL\n", "overfill"),
      ("  containers: of the product\n", "containers"),
      ("        of: viable T cells\n", "percentages: of"),
      ("        value: 92 %\n", "percentages: value"),
    ]
    for (line, key) in cases {
      let outcome = try ask([(line, "")])
      #expect(outcome.code == 1 && outcome.out.isEmpty, "\(line): \(outcome.brief)")
      #expect(
        outcome.errors.contains("dose refused: E_DOSE_MISSING") && outcome.errors.contains(key)
          || (key.contains("density") && outcome.errors.contains("density")),
        "\(line): \(outcome.brief)")
    }
  }

  // Catches: missing fields that are told one at a time.
  @Test func missingTogether() throws {
    let outcome = try ask([
      ("  measured: true\n", ""), ("  step: 0.1 mL\n", ""), ("plan: maximum\n", ""),
    ])
    #expect(outcome.code == 1 && outcome.out.isEmpty, "\(outcome.brief)")
    #expect(
      outcome.errors.contains("r.yaml: weight: measured; plan; supply: step."), "\(outcome.brief)")
  }

  // Catches: bad input that is a refusal, or a place that is not told.
  @Test func badInput() throws {
    for (from, to, says) in [
      ("value: 18 kg", "value: 18", "r.yaml:"), ("plan: maximum", "plan: max", "E_REQUEST_CELLS"),
      ("product_file: site_prodigy.yaml", "product_file: none.yaml", "none.yaml"),
      ("product_file: site_prodigy.yaml", "product: kymriah-us-bal", "kymriah-us-ball"),
      ("plan: maximum", "plan: maximum\nplan: minimum", "more than once"),
      ("counter: chamber", "counter: chambre", "E_REQUEST_SERIES"),
    ] {
      let outcome = try ask([(from, to)])
      #expect(outcome.code == 65 && outcome.errors.contains(says), "\(to): \(outcome.brief)")
      #expect(outcome.out.isEmpty)
    }
    try Scratch.folder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/empty.yaml"))
      try Data([0x70, 0xE9, 0x0A]).write(to: URL(fileURLWithPath: folder + "/latin.yaml"))
      for (name, code) in [
        ("empty.yaml", "E_REQUEST_YAML"), ("latin.yaml", "E_NOT_UTF8"),
        ("no.yaml", "E_FILE_MISSING"),
      ] {
        let outcome = try Tool.run(["dose", "--request", folder + "/" + name])
        #expect(outcome.code == 65 && outcome.errors.contains(code), "\(outcome.brief)")
      }
    }
  }

  // Catches: a worksheet whose files disagree, more than one page, a PDF of an earlier dose that
  // stays, a file written although the dose was refused.
  @Test func sheet() throws {
    try Scratch.folder { folder in
      let name = folder + "/child"
      let none = try Tool.run(
        ["dose", "--request", Self.child, "--sheet", name], environment: ["PATH": "/nowhere"])
      #expect(none.code == 0 && none.errors.contains("no PDF:"), "\(none.brief)")
      #expect(none.errors.contains("Remedy:"))
      #expect(try Scratch.names(folder) == ["child.html", "child.json"])
      let html = try Scratch.text(name + ".html")
      let record = try Scratch.text(name + ".json")
      let number = try #require(record.firstMatch(of: /"sheet":\s*"([0-9a-f]{12})"/)?.1)
      #expect(html.contains("Sheet \(number)") && html.contains("FOR TWO SIGNATURES"))
      #expect(html.contains("18,000,000 cells (18 million; 1.8E7)"))
      #expect(!html.contains("<sup") && !html.contains("http:") && !html.contains("<script"))
      try Scratch.write("%PDF-old", to: name + ".pdf")
      let stale = try Tool.run(
        ["dose", "--request", Self.child, "--sheet", name], environment: ["PATH": "/nowhere"])
      #expect(stale.code == 74 && stale.errors.contains("older"), "\(stale.brief)")
      let refused = try Tool.run([
        "dose", "--request", "data/doses/batch_common.yaml", "--sheet", folder + "/x",
      ])
      #expect(refused.code == 1, "\(refused.brief)")
      #expect(try Scratch.names(folder).allSatisfy { $0.hasPrefix("child") })
    }
  }

  // Catches: a sheet written over another patient's, or over what is no sheet; a name that gets its
  // ending twice.
  @Test func sheetGuard() throws {
    try Scratch.folder { folder in
      let none = ["PATH": "/nowhere"]
      func ask(_ request: String, _ name: String, _ more: [String] = []) throws -> Tool.Outcome {
        try Tool.run(
          ["dose", "--request", request, "--sheet", folder + "/" + name] + more, environment: none)
      }
      let adult = "data/doses/adult_yescarta_eu.yaml"
      #expect(try ask(Self.child, "s.html").code == 0)
      #expect(try Scratch.names(folder) == ["s.html", "s.json"])
      #expect(try ask(Self.child, "s").code == 0)
      let before = try Scratch.text(folder + "/s.json")
      let other = try ask(adult, "s")
      #expect(other.code == 64 && other.errors.contains("no sheet of"), "\(other.brief)")
      #expect(try Scratch.text(folder + "/s.json") == before)
      #expect(try ask(adult, "s", ["--force"]).code < 2)
      #expect(try Scratch.text(folder + "/s.json") != before)
      try Scratch.write("a letter", to: folder + "/letter.html")
      #expect(try ask(Self.child, "letter").code == 64)
      #expect(try Scratch.text(folder + "/letter.html") == "a letter")
    }
  }

  // Catches: a confirmation of a day that has not come.
  @Test func futureConfirmation() throws {
    let settle =
      "confirmations: [{hold: H_WEIGHT_NOT_MEASURED, field: weight.measured, value: 18 kg, name: B. Lee, "
      + "role: nurse, time: 9000-03-10 10:00 +08:00}]\nplan: maximum"
    let outcome = try ask([("measured: true", "measured: false"), ("plan: maximum", settle)])
    #expect(outcome.code == 1, "\(outcome.brief)")
    #expect(outcome.text.unwrapped.contains("Not accepted: it is dated after this"))
  }

  // Catches: a product file with a likely slip that is called sound and no more.
  @Test func productNotes() throws {
    try Scratch.folder { folder in
      let text = try Scratch.text(Tool.root + "/data/doses/site_prodigy.yaml")
        .replacingOccurrences(of: "minimum: 0.3e8 cells", with: "minimum: 0.3e8 cells/kg")
        .replacingOccurrences(of: "maximum: 1e8 cells", with: "maximum: 1e8 cells/kg")
      try Scratch.write(text, to: folder + "/site_prodigy.yaml")
      let check = try Tool.run(["products", "check", folder])
      #expect(check.code == 0 && check.text.contains("is sound, look at 1 note:"), "\(check.text)")
      #expect(check.text.contains("site_prodigy.yaml:27:"), "\(check.text)")
    }
    let shipped = try Tool.run(["products", "check"])
    #expect(shipped.code == 0 && !shipped.text.contains("look at"), "\(shipped.text)")
  }

  static let chromium = "/usr/bin/chromium"

  // Catches: a worksheet that runs onto a second page, also out of specification and held, and with
  // long paths.
  @Test(.enabled(if: Scratch.exists(DoseTests.chromium), "chromium is not installed"))
  func onePage() throws {
    try Scratch.folder { folder in
      // Far from the root: paths of files must not take a line.
      let deep =
        folder + "/" + Array(repeating: "a_long_name_of_a_folder", count: 6).joined(separator: "/")
      try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
      for name in try Scratch.names(Tool.root + "/data/doses") where name.hasSuffix(".yaml") {
        let text = try Scratch.text(Tool.root + "/data/doses/" + name).replacingOccurrences(
          of: "../counters", with: Tool.root + "/data/counters")
        try Scratch.write(text, to: deep + "/" + name)
        if name == "child_prodigy.yaml" {
          let broken = text.replacingOccurrences(of: "value: 94 %", with: "value: 71 %")
          try Scratch.write(broken, to: deep + "/out_of_specification.yaml")
          try Scratch.write(
            broken.replacingOccurrences(of: "measured: true", with: "measured: false"),
            to: deep + "/out_and_held.yaml")
        }
      }
      for example in [
        "child_prodigy", "adult_yescarta_eu", "out_of_specification", "out_and_held",
      ] {
        let outcome = try Tool.run([
          "dose", "--request", "\(deep)/\(example).yaml", "--sheet", folder + "/s", "--force",
        ])
        #expect(outcome.code < 2, "\(outcome.brief)")
        #expect(try !Scratch.text(folder + "/s.html").contains("a_long_name_of_a_folder"))
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/s.pdf"))
        let pdf = try #require(String(data: data, encoding: .isoLatin1))
        #expect(pdf.hasPrefix("%PDF-"))
        #expect(pdf.matches(of: /\/Type\s*\/Page\b/).count == 1)
      }
    }
  }

  // Catches: a template that is no request, or that fills something in.
  @Test func templates() throws {
    let listed = try Tool.run(["products", "--json"])
    let products =
      (try JSONSerialization.jsonObject(with: listed.out) as? [[String: Any]])?
      .filter { ($0["refused"] as? Bool) == false }.compactMap { $0["id"] as? String } ?? []
    #expect(products.count > 8)
    var wrong: [String] = []
    try Scratch.folder { folder in
      for id in products {
        let template = try Tool.run(["dose", "template", id])
        if template.code == 1, template.errors.contains("E_DOSE_") { continue }
        try Scratch.write(template.text, to: folder + "/t.yaml")
        let outcome = try Tool.run(["dose", "--request", folder + "/t.yaml"])
        if template.code != 0 || outcome.code != 1 || !outcome.errors.contains("E_DOSE_MISSING") {
          wrong.append("\(id): \(template.brief) \(outcome.brief)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    let refused = try Tool.run(["dose", "template", "fucaso-hk-mm"])
    #expect(refused.code == 1 && refused.errors.contains("E_DOSE_NOT_KNOWN"), "\(refused.brief)")
  }

  // Catches: a patient counted twice or not at all, a slip that passes, a file that is written half.
  @Test func batch() throws {
    try Scratch.folder { folder in
      let call = [
        "dose", "batch", "data/doses/batch_patients.csv", "--request",
        "data/doses/batch_common.yaml", "--out", folder + "/r.csv",
      ]
      let outcome = try Tool.run(call)
      #expect(outcome.code == 1, "\(outcome.brief)")
      let lines = try Scratch.text(folder + "/r.csv").split(separator: "\n")
      #expect(lines.count == 7 && lines[0].hasPrefix("patient,line,outcome,weight [kg],"))
      #expect(lines[1].hasPrefix("P01,2,met,18,3600000,,90000000,90000000,"), "\(lines[1])")
      #expect(lines[3].hasPrefix("P03,4,") && lines[3].contains(",10000000,,250000000,"))
      #expect(lines[4].contains("H_WEIGHT_POUNDS"), "\(lines[4])")
      #expect(lines[5].contains("H_PERCENT_SMALL"), "\(lines[5])")
      #expect(lines[6].contains("refused") && lines[6].contains("E_DOSE_MISSING,bodyMass"))
      #expect(outcome.text.contains("What if the viability"))
      let json = try Tool.run(call + ["--json"])
      let record = try JSONSerialization.jsonObject(with: json.out) as? [String: Any]
      #expect(record?["patients"] as? Int == 6)
      let outcomes = record?["outcomes"] as? [String: Int] ?? [:]
      #expect(outcomes.values.reduce(0, +) == 6 && outcomes["refused"] == 1, "\(outcomes)")

      let bad = folder + "/bad.csv"
      for (text, code) in [
        ("patient,weight [lb]\nP,40\n", "E_UNIT_UNKNOWN"), ("", "E_FILE_EMPTY"),
        ("patient,weight [kg]\nP,NaN\n", "bad.csv:2:3"),
      ] {
        try Scratch.write(text, to: bad)
        let refused = try Tool.run([
          "dose", "batch", bad, "--product", "kymriah-us-ball", "--out", folder + "/new.csv",
        ])
        #expect(refused.code == 65 && refused.errors.contains(code), "\(refused.brief)")
      }
      #expect(try Scratch.names(folder) == ["bad.csv", "r.csv"])
      let lost = try Tool.run(call.dropLast() + [folder + "/none/r.csv"])
      #expect(lost.code == 74, "\(lost.brief)")
    }
  }

  // Catches: results that replace the older ones although they do not fit on the disk.
  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
  func fullDisk() throws {
    let outcome = try SmallDisk.shell(
      """
      echo before > "$DISK/s.html"
      head -c 61000 /dev/zero > "$DISK/ballast"
      PATH=/bin "$THYMUS" dose --request \(Self.child) --sheet "$DISK/s" --force > /dev/null
      echo "code $?"; ls -A "$DISK"; cat "$DISK/s.html"
      """)
    #expect(outcome.text.contains("code 74") && outcome.text.contains("before"), "\(outcome.brief)")
    #expect(!outcome.text.contains(".tmp"), "\(outcome.text)")
  }

  // Catches: more given out than the lot holds, a patient served out of turn.
  @Test func lotAndLargest() throws {
    let lot = try Tool.run([
      "dose", "lot", "data/doses/lot_patients.csv", "--request", "data/doses/lot_common.yaml",
    ])
    #expect(lot.code == 1, "\(lot.brief)")
    #expect(lot.text.contains("A1") && lot.text.contains("A4"), "\(lot.text)")
    let largest = try Tool.run([
      "dose", "largest", "yescarta-eu-lbcl", "--cells", "1.5e8 cells", "--plan", "target",
    ])
    #expect(largest.code == 0 && largest.text.contains("75"), "\(largest.text)\(largest.brief)")
    let usage = try Tool.run([
      "dose", "largest", "yescarta-eu-lbcl", "--cells", "1.5e8 cells", "--plan", "most",
    ])
    #expect(usage.code == 64)
  }
}
