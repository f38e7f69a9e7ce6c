import Foundation
import Population
import Quantities
import Reports
import RunFiles
import Testing

/// Learned growth as a file: what is written is read, and what it is not, is refused.
struct GrowthFileTests {
  private static func made() throws -> (file: GrowthFile, batch: RunBatch) {
    var text = "run,donor,time [h],tvc [1e6 cells]\n"
    for k in 0..<8 {
      for day in 0..<4 {
        let log = (0.9 + 0.1 * sin(2.3 * Double(k))) * Double(day) + 0.05 * cos(Double(3 * k + day))
        text += "r\(k),d\(k),\(24 * day),\(exp(log))\n"
      }
    }
    let batch = try RunFolder.read(observations: ("o.csv", Array(text.utf8)), operations: nil)
    let runs = try GrowthRuns(batch.runs, factors: [])
    let growth = try GrowthProcess.learn(runs.histories, origin: "a test")
    return (
      GrowthFile(
        growth, of: runs, source: "made up", sources: batch.sources, options: ["growth": "yes"]),
      batch
    )
  }

  private func refusal(_ text: String, _ read: (String) throws -> Void) throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/growth-\(UUID().uuidString).json"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    do { try read(path) } catch let refused as InputRefused {
      return refused.findings.map { "\($0.code) \($0.cause) \($0.remedy)" }.joined()
    }
    return ""
  }

  /// Catches a field that is lost or exchanged on the way, and numbers that lose bits.
  @Test func readsWhatItWrote() throws {
    let (file, _) = try Self.made()
    let text = try file.text()
    let fault = try refusal(text.text) { path in
      let copy = try GrowthFile.read(path)
      #expect(copy.growth == file.growth && copy.sha256 == text.sha256)
      #expect(copy.quantity == "tvc" && copy.factors.isEmpty && copy.counts == 32)
      #expect(copy.source == "made up" && copy.inputs == file.inputs && copy.notes == file.notes)
      #expect(try copy.text().text == text.text)
    }
    #expect(fault.isEmpty, "\(fault)")
  }

  /// Catches: a changed number, another kind of prior taken for this one or this one for another, a
  /// content that was sealed with numbers that no lesson has, names of runs or donors in the file.
  @Test func refuses() throws {
    let text = try Self.made().file.text().text
    #expect(!text.contains("\"r3\"") && !text.contains("\"d3\""))
    let changed = text.replacingOccurrences(of: "\"donors\": 8", with: "\"donors\": 80")
    #expect(try refusal(changed) { _ = try GrowthFile.read($0) }.contains("E_RECORD_CHANGED"))
    let later = text.replacingOccurrences(of: "growth/1", with: "growth/2")
    #expect(try refusal(later) { _ = try GrowthFile.read($0) }.contains("E_RECORD_VERSION"))
    let other = try refusal(try PriorFileTests.file.text().text) { _ = try GrowthFile.read($0) }
    #expect(other.contains("E_RECORD_KIND") && other.contains("a prior of a model"))
    let turned = try refusal(text) { _ = try PriorFile.read($0) }
    #expect(turned.contains("E_RECORD_KIND") && turned.contains("learned without a model"))
    let reader = try JSONReader(JSONValue(parsing: Array(text.utf8), file: "f"))["content"]
    guard case .object(var content) = reader.value, case .object(var growth)? = content["growth"],
      case .object(var path)? = growth["path"]
    else {
      Issue.record("no object")
      return
    }
    path["values"] = .array([.double(-1)])
    growth["path"] = .object(path)
    content["growth"] = .object(growth)
    let sealed = try SealedRecord.seal(.object(content), schema: GrowthFile.schema).record.text()
    let unsound = try refusal(sealed) { _ = try GrowthFile.read($0) }
    #expect(unsound.contains("E_RECORD_SHAPE") && unsound.contains("do not fit"), "\(unsound)")
  }
}
