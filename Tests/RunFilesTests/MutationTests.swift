import Quantities
import Testing

@testable import RunFiles

@Suite("Damaged files")
struct MutationTests {
  /// 5,000 seeded damages of good files: bytes changed, cut, doubled or swapped with text that
  /// matters to the grammar. Each is read or refused with places inside the file; none traps.
  /// Catches: an index out of range, an arithmetic overflow, a refusal without a place.
  @Test func neverTraps() throws {
    var random = SplitMix(state: 20_240_517)
    let observations =
      Array(
        ("run,donor,time [h],phase,live_counted [cells],dead_counted [cells],squares [1],"
          + "dilution [1],vcd [1e6 cells/mL],viability [%],glucose [mmol/L],comment,group,sample,"
          + "counter,viability_counted [cells]\n"
          + "a,d1,0,,166,6,10,2,0.33,97,11.1,\"x, \"\"y\"\"\",g,s,A,\n"
          + "a,d1,0,,>300,10..20,10,2,,,0.2..0.5,,g,s,A,\n"
          + "a,d1,24,after,,,,,<0.5,95,>60,,g,t,B,200\na,d1,24,after,,,,,0.5..2,90..95,20,,g,t,B,80\n"
          + "b,pooled,0,before,0,0,4,1,,,0,µ,,,,\n").utf8)
    let operations =
      Array(
        ("run,time [h],operation,volume [mL],fraction [%],recovery [%],glucose [mmol/L]\n"
          + "a,0,seed,70,,,11\na,1,sample,3,,,\na,2,wash,100,,85,11\na,3,exchange,,50,,17\n"
          + "a,4,split,,20,,\na,30,harvest,,,,\n").utf8)
    let pieces = [
      "\"", ",", "\n", "\r", ";", "\t", "[", "]", "1e999", "-", "-0", "<", ">", "e400", "\u{0}",
      "#", "=", "seed", "harvest", "99999999999999999999999999999999999999", "1e-400", "µ",
      "1/cells^6", "[1e36 mol/pg]", "0.1e36", "..", "0..", "s", "<1",
    ].map { Array($0.utf8) }
    let whole = TestFiles.refusal {
      _ = try RunFolder.read(observations: ("obs", observations), operations: ("ops", operations))
    }
    #expect(whole.isEmpty, "\(whole)")
    var good = 0
    var lost: [String] = []
    for _ in 0..<5000 {
      var texts = [observations, operations]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let which = Int.random(in: 0...1, using: &random)
        let low = Int.random(in: 0...texts[which].count, using: &random)
        let high = min(texts[which].count, low + Int.random(in: 0...2, using: &random))
        let with: [UInt8] =
          switch Int.random(in: 0...2, using: &random) {
          case 0: pieces[Int.random(in: 0..<pieces.count, using: &random)]
          case 1: [UInt8.random(in: 0x30...0x39, using: &random)]
          default: [UInt8.random(in: 0...255, using: &random)]
          }
        texts[which].replaceSubrange(low..<high, with: with)
      }
      let findings = TestFiles.refusal {
        _ = try RunFolder.read(
          observations: ("obs", texts[0]), operations: ("ops", texts[1]))
      }
      if findings.isEmpty { good += 1 }
      for finding in findings
      where finding.remedy.isEmpty || finding.severity != .error || finding.place.file.isEmpty {
        lost.append(finding.description)
      }
    }
    #expect(lost.isEmpty)
    #expect(good > 50 && good < 4900, "\(good) read")
  }
}
