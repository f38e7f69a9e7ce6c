import Foundation
import Testing

@Suite(
  "The gate over the reference runs",
  .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct GateTests {
  static let reference = Tool.root + "/data/reference"

  /// A copy of the reference cases and of the runs they name.
  static func copy<Value>(_ body: (_ reference: String) throws -> Value) throws -> Value {
    try Scratch.folder { folder in
      for name in ["reference", "runs"] {
        try FileManager.default.copyItem(
          atPath: Tool.root + "/data/" + name, toPath: folder + "/" + name)
      }
      return try body(folder + "/reference")
    }
  }

  /// Keeps only the cases named, so that a damaged lock does not cost thirteen fits.
  static func keep(_ ids: [String], in reference: String) throws {
    let lines = try Scratch.text(reference + "/cases.json").split(separator: "\n")
      .filter { line in ids.contains { line.contains("\"id\": \"\($0)\"") } }
      .map { $0.hasSuffix(",") ? $0.dropLast() : $0 }
    let text =
      "{\"schema\": \"thymus.cases/1\", \"cases\": [\n\(lines.joined(separator: ",\n"))\n]}"
    try Scratch.write(text, to: reference + "/cases.json")
  }

  /// The shipped lock holds. Catches: a change of any number that was not locked anew.
  @Test func holds() throws {
    let outcome = try Tool.run(["regress", "data/reference"])
    #expect(outcome.code == 0, "\(outcome.brief)")
    #expect(outcome.text.contains("NO DRIFT: 13 reference cases"))
  }

  /// A lock that cannot be trusted is bad input, never a pass and never mere drift. Catches: a
  /// missing key read as "nothing to compare", NaN that agrees with everything, an own tolerance.
  @Test(arguments: [
    Damage("truncated") { String($0.prefix($0.count / 2)) },
    Damage("empty") { _ in "" },
    Damage("no JSON") { _ in "lock: true\n" },
    Damage("a key of a case is missing") {
      Lock.replacing("\"verdicts\": {", with: "\"verdict\": {", in: $0)
    },
    Damage("a NaN") { Lock.replacingValue(after: ["\"mu\": "], with: "NaN", in: $0) },
    Damage("null for a number") { Lock.replacingValue(after: ["\"mu\": "], with: "null", in: $0) },
    Damage("text for a number") {
      Lock.replacingValue(after: ["\"mu\": "], with: "\"-4.9\"", in: $0)
    },
    Damage("another schema") {
      Lock.replacing("\"thymus.lock/1\"", with: "\"thymus.lock/2\"", in: $0)
    },
    Damage("a tolerance changed") {
      Lock.replacingValue(after: ["\"estimate_se\"", "\"value\": "], with: "20.0", in: $0)
    },
    Damage("a key twice") {
      Lock.replacing("\"schema\":", with: "\"schema\": \"thymus.lock/1\", \"schema\":", in: $0)
    },
    Damage("an unknown key") {
      Lock.replacing("\"schema\":", with: "\"x\": 1, \"schema\":", in: $0)
    },
    Damage("text after the end") { $0 + "{}" },
  ])
  func damagedLock(_ damage: Damage) throws {
    try Self.copy { reference in
      let path = reference + "/lock.json"
      let text = try Scratch.text(path)
      let damaged = damage.apply(text)
      #expect(damaged != text, "the damage was not done")
      try Scratch.write(damaged, to: path)
      let outcome = try Tool.run(["regress", reference])
      #expect(outcome.code == 65, "\(damage.name): \(outcome.brief)")
      #expect(outcome.out.isEmpty)
      #expect(outcome.errors.contains(path) && outcome.errors.contains("Remedy:"))
    }
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let apply: @Sendable (String) -> String

    init(_ name: String, _ apply: @escaping @Sendable (String) -> String) {
      self.name = name
      self.apply = apply
    }

    var testDescription: String { name }
  }

  /// A missing lock, missing cases, a case whose run is gone. Catches: "no lock" taken for "no drift".
  @Test func missing() throws {
    try Self.copy { reference in
      try FileManager.default.removeItem(atPath: reference + "/lock.json")
      let lock = try Tool.run(["regress", reference])
      #expect(lock.code == 65 && lock.errors.contains("lock.json"), "\(lock.brief)")
    }
    try Self.copy { reference in
      let text = try Scratch.text(reference + "/cases.json")
      try Scratch.write(
        Lock.replacing("\"run\": \"il2_000\"", with: "\"run\": \"il2_001\"", in: text),
        to: reference + "/cases.json")
      let run = try Tool.run(["regress", reference])
      #expect(run.code == 65 && run.errors.contains("il2_001"), "\(run.brief)")
    }
    try Self.copy { reference in
      try Self.keep(["car-t il2 5"], in: reference)
      let fewer = try Tool.run(["regress", reference, "--json"])
      #expect(fewer.code == 1, "\(fewer.brief)")
      let drifts = try Drift.all(fewer)
      #expect(
        drifts.count == 12 && drifts.allSatisfy { $0.quantity == "case" && $0.now == "absent" })
    }
  }

  /// A case whose fit does not converge is drift that names the case, whatever else is locked.
  /// Catches: a trap or a nameless refusal where the gate is needed most.
  @Test func unusableFit() throws {
    try Self.copy { reference in
      let folder = "\"folder\": \"../runs/prodigy_example\", \"run\": \"synthetic_prodigy_01\""
      try Scratch.write(
        """
        {"schema": "thymus.cases/1", "cases": [
        {"id": "car-t il2 5", \(folder), "model": "exponential_lag", "priors": true},
        {"id": "example 01 to day 6", \(folder), "model": "exponential_lag", "priors": true,
         "until_h": 240.0, "need_cells": 200000000.0}
        ]}
        """, to: reference + "/cases.json")
      let outcome = try Tool.run(["regress", reference, "--json"])
      #expect(outcome.code == 1 && outcome.signal == nil, "\(outcome.brief)")
      let found = Set(try Drift.all(outcome).map { "\($0.case): \($0.quantity)" })
      #expect(found.contains("car-t il2 5: usable") || found.contains("car-t il2 5: mu"))
      #expect(found.contains("example 01 to day 6: K"))
    }
  }

  /// One moved number of any kind is drift, and the gate says which and where. All are moved at once,
  /// each in another case, and exactly these are reported. Catches: a field that is never compared,
  /// a tolerance that is too wide, a report that names another case.
  @Test func movedNumbers() throws {
    try Self.copy { reference in
      let path = reference + "/lock.json"
      var text = try Scratch.text(path)
      let errors = ["\"car-t il2 100\": {", "\"standard_errors\": {", "\"mu\": "]
      let se = try #require(Double(Lock.value(after: errors, in: text) ?? ""))
      text = Lock.moving(after: ["\"car-t il2 100\": {", "\"mu\": "], in: text) { $0 + 0.1 * se }
      text = Lock.moving(after: ["\"car-t il2 20\": {", "\"log_likelihood\": "], in: text) {
        $0 + 0.001
      }
      text = Lock.moving(
        after: ["\"cho C_rep1\": {", "\"predictions\": [", "\n        "], in: text
      ) { $0 * (1 + 1e-6) }
      text = Lock.moving(
        after: ["\"cho C_rep2\": {", "\"standard_errors\": {", "\"mu\": "], in: text
      ) { $0 * 1.05 }
      text = Lock.replacingValue(
        after: ["\"cho X-B7_rep1\": {", "\"verdicts\": {", "\"mu\": "], with: "\"prior_only\"",
        in: text)
      text = Lock.moving(after: ["\"cho X-B7_rep2\": {", "\"steps\": "], in: text) {
        ($0 * 1.1).rounded()
      }
      text = Lock.moving(
        after: ["\"example 01 to day 6\": {", "\"probabilities\": {", "\"day 7\": "], in: text
      ) { $0 - 0.03 }
      text = Lock.replacingValue(
        after: ["\"example 02 to day 6\": {", "\"usable\": "], with: "false", in: text)
      text = Lock.moving(
        after: ["\"example 03 to day 6\": {", "\"first_safe_day_h\": "], in: text
      ) { $0 + 24 }
      text = Lock.replacingValue(
        after: ["\"example 01 metabolites\": {", "\"relative tolerance\": "], with: "\"1e-05\"",
        in: text)
      text = Lock.replacingValue(
        after: ["\"units\": {", "\"mL\": "], with: "\"2 volume\"", in: text)
      text = Lock.moving(after: ["\"noise\": {", "\"normal exact\": "], in: text) { $0 + 1e-9 }
      text = Lock.replacingValue(
        after: ["\"doses\": {", "\"kymriah-us-ball at 50 kg\": "], with: "\"10000000 - 250000001\"",
        in: text)
      try Scratch.write(text, to: path)
      let outcome = try Tool.run(["regress", reference, "--json"])
      #expect(outcome.code == 1, "\(outcome.brief)")
      let found = try Drift.all(outcome).map { "\($0.case): \($0.quantity)" }.sorted()
      let planted = [
        "car-t il2 100: mu", "car-t il2 20: log-likelihood", "cho C_rep1: prediction of ",
        "cho C_rep2: standard error of mu", "cho X-B7_rep1: verdict of mu",
        "cho X-B7_rep2: integrator steps", "doses: kymriah-us-ball at 50 kg",
        "example 01 metabolites: relative tolerance", "example 01 to day 6: day 7",
        "example 02 to day 6: usable", "example 03 to day 6: first safe day",
        "noise: normal exact", "units: mL",
      ]
      #expect(
        found.count == planted.count && zip(found, planted).allSatisfy { $0.hasPrefix($1) },
        "\(found.joined(separator: "\n"))")
    }
  }

  /// `--update` writes the lock that then holds, and shows what changed. Catches: a lock that is
  /// written but not read back, an update in silence.
  @Test func update() throws {
    try Self.copy { reference in
      try Self.keep(["car-t il2 5"], in: reference)
      let path = reference + "/lock.json"
      let shipped = try Scratch.text(path)
      let moved = Lock.moving(after: ["\"car-t il2 5\": {", "\"mu\": "], in: shipped) { $0 + 1 }
      try Scratch.write(moved, to: path)
      let update = try Tool.run(["regress", reference, "--update"])
      #expect(update.code == 0, "\(update.brief)")
      #expect(update.text.contains("NEW LOCK WRITTEN") && update.text.contains("car-t il2 5"))
      #expect(update.text.contains(" mu "))
      let written = try Scratch.text(path)
      #expect(written != moved)
      #expect(try Tool.run(["regress", reference]).code == 0)
      let again = try Tool.run(["regress", reference, "--update"])
      #expect(again.code == 0 && again.text.contains("NO DRIFT"))
      #expect(try Scratch.text(path) == written)
      #expect(try Scratch.names(reference) == ["README.md", "cases.json", "lock.json"])
    }
  }

  /// A lock that does not fit on the disk leaves the old one. Catches: writing in place.
  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
  func updateOnFullDisk() throws {
    try Self.copy { reference in
      let lines = """
        mkdir "$DISK/runs" "$DISK/reference"
        cp -R data/runs/kaartinen2017_cart_il2 "$DISK/runs"
        cp "\(reference)/cases.json" "$DISK/reference"
        echo old > "$DISK/reference/lock.json"
        cat /dev/zero > "$DISK/ballast" 2>/dev/null
        "$THYMUS" regress "$DISK/reference" --data data --update
        echo "code $?"; ls -A "$DISK/reference"; cat "$DISK/reference/lock.json"
        """
      try Self.keep(["car-t il2 5"], in: reference)
      let outcome = try SmallDisk.shell(lines)
      #expect(outcome.text == "code 74\ncases.json\nlock.json\nold\n", "\(outcome.brief)")
    }
  }
}

/// One row of the gate's record.
struct Drift: Decodable {
  let `case`: String
  let quantity: String
  let now: String

  static func all(_ outcome: Tool.Outcome) throws -> [Drift] {
    struct Record: Decodable { let drifts: [Drift] }
    return try JSONDecoder().decode(Record.self, from: outcome.out).drifts
  }
}

/// Changes to the text of a lock: canonical JSON, one value a line.
enum Lock {
  static func replacing(_ old: String, with new: String, in text: String) -> String {
    guard let range = text.range(of: old) else { return text }
    return text.replacingCharacters(in: range, with: new)
  }

  /// The value that stands behind the anchors, each looked for behind the one before.
  private static func place(after anchors: [String], in text: String) -> Range<String.Index>? {
    var start = text.startIndex
    for anchor in anchors {
      guard let range = text.range(of: anchor, range: start..<text.endIndex) else { return nil }
      start = range.upperBound
    }
    let end = text[start...].firstIndex { $0 == "," || $0 == "\n" } ?? text.endIndex
    return start..<end
  }

  static func value(after anchors: [String], in text: String) -> String? {
    place(after: anchors, in: text).map { String(text[$0]) }
  }

  static func replacingValue(
    after anchors: [String], with new: String, in text: String
  ) -> String {
    guard let range = place(after: anchors, in: text) else { return text }
    return text.replacingCharacters(in: range, with: new)
  }

  static func moving(
    after anchors: [String], in text: String, _ change: (Double) -> Double
  ) -> String {
    guard let old = value(after: anchors, in: text), let number = Double(old) else { return text }
    let new = change(number)
    let words = Int(old) != nil ? "\(Int(new))" : "\(new)"
    return replacingValue(after: anchors, with: words, in: text)
  }
}
