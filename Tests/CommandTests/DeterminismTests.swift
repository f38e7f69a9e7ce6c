import Foundation
import Testing

@Suite(
  "Same inputs, same bytes", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct DeterminismTests {
  /// Threads, locale and time zone of one call. Every pair of levels that could matter together
  /// (many threads with another locale or zone) is met.
  static let settings: [(threads: String, locale: String, zone: String)] = [
    ("2", "C.utf8", "Asia/Kathmandu"), ("8", "de_DE.UTF-8", "America/St_Johns"),
    ("1", "tr_TR.UTF-8", "Asia/Kathmandu"), ("8", "C", "UTC"),
  ]

  /// Two runs at once, so that runs, starts and draws all have work to share.
  static let chosen = [
    Tool.example, "--run", "synthetic_prodigy_01", "--run", "synthetic_prodigy_02", "--model",
    "live_dead", "--until", "6d",
  ]

  /// The locales of the settings, made for the test where the system has them only as sources;
  /// without them the C library falls back to C.
  static func locales(_ folder: String) throws -> String {
    _ = try Tool.shell(
      """
      mkdir "$HERE/locales"
      for name in tr_TR de_DE; do localedef -i $name -f UTF-8 "$HERE/locales/$name.UTF-8"; done
      cp -R /usr/lib/locale/C.* "$HERE/locales"
      """, environment: ["HERE": folder])
    return folder + "/locales"
  }

  /// JSON and HTML of the example do not depend on where and how the command runs. Catches: a sum in
  /// the order of completion, a random stream shared by threads, a decimal comma, a local date, an
  /// unsorted dictionary (whose order changes from process to process).
  @Test(arguments: ["fit", "harvest", "report"])
  func sameBytes(_ command: String) throws {
    let need = command == "fit" ? [] : ["--need", "2e8 cells"]
    let locales = try Scratch.make()
    defer { try? FileManager.default.removeItem(atPath: locales) }
    let localePath = try Self.locales(locales)
    func results(threads: String, locale: String, zone: String) throws -> (Data, String) {
      try Scratch.folder { folder in
        let outcome = try Tool.run(
          [command] + Self.chosen + need
            + ["--threads", threads, "--json", "-o", folder + "/x.html"],
          environment: ["LC_ALL": locale, "TZ": zone, "LOCPATH": localePath])
        #expect(outcome.code == 0, "\(outcome.brief)")
        return (outcome.out, try Scratch.text(folder + "/x.html"))
      }
    }
    let (json, page) = try results(threads: "1", locale: "C", zone: "UTC")
    #expect(json.count > 1000 && page.hasSuffix("</html>\n") || page.hasSuffix("</html>"))
    for setting in Self.settings {
      let again = try results(
        threads: setting.threads, locale: setting.locale, zone: setting.zone)
      #expect(again.0 == json, "JSON differs: \(setting)")
      #expect(again.1 == page, "HTML differs: \(setting)")
    }
  }

  /// Two folders in either order give the same bytes. Catches: results in the order of arguments.
  @Test func orderOfFiles() throws {
    let other = "data/runs/kaartinen2017_cart_il2"
    func json(_ folders: [String]) throws -> Data {
      let outcome = try Tool.run(
        ["fit"] + folders + ["--model", "exponential_lag", "--starts", "3", "--json"])
      #expect(outcome.code < 2, "\(outcome.brief)")
      return outcome.out
    }
    let one = try json([Tool.example, other])
    #expect(one.count > 1000)
    #expect(try json([other, Tool.example]) == one)
  }
}
