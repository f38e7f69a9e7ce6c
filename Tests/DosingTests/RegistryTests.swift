import Dosing
import Foundation
import Quantities
import RunFiles
import Testing

/// The shipped files, and how one is found.
@Suite struct RegistryTests {
  private let directory = packageRoot + "/data/products"

  /// Would catch a file that is lost, one that becomes usable without its dose having been read, and
  /// one that is refused although it was.
  @Test func standings() throws {
    let products = try ProductRegistry.load(directory: directory)
    func ids(_ holds: (Product.Standing) -> Bool) -> [String] {
      products.filter { holds($0.standing) }.map(\.id)
    }
    #expect(products.count == 54)
    #expect(
      ids { if case .refused = $0 { true } else { false } } == [
        "anbalcabtagene-kr-lbcl", "aucatzyl-eu-all", "aucatzyl-gb-all", "breyanzi-us-other",
        "carteyva-cn-lbcl", "cuhk-hkib-cd19", "fucaso-hk-mm", "hkch-hk-cd19",
        "inaticabtagene-cn-all", "kymriah-hk", "kymriah-jp-ball", "mb-cart20-de-mel",
        "mb-cart2019-eu-dlbcl", "mb-cart2019-us-dlbcl", "tecartus-eu-all", "tecartus-gb-all",
        "tecartus-us-all", "zevorcabtagene-cn-mm",
      ])
    #expect(ids { if case .usableExcept = $0 { true } else { false } } == ["aucatzyl-us-all"])
    #expect(ids { if case .unverified = $0 { true } else { false } } == [])
    #expect(ids { $0 == .usable }.count == 35)
    for product in products {
      #expect(!product.sources.isEmpty, "\(product.id)")
      #expect((product.dose == nil) == (product.missing != nil), "\(product.id)")
      #expect(product.dose == nil || product.state(of: "dose") != nil, "\(product.id)")
    }
  }

  /// No shipped text prints a power of ten whose superscript is lost, such as `5.0 x 106`. Would catch
  /// a sentence copied as the text copies of the labels have it.
  @Test func noLostSuperscripts() throws {
    var bare: [String] = []
    for product in try ProductRegistry.load(directory: directory) {
      let texts = [product.verbatim, product.asRead, product.outOfSpecification].compactMap(\.self)
      for text in texts + product.notes + product.sources.map(\.cite) {
        let words = text.split(whereSeparator: { " x,;()".contains($0) })
        if words.contains(where: { ["106", "107", "108", "109"].contains($0) }) {
          bare.append("\(product.id): \(text)")
        }
      }
    }
    #expect(bare.isEmpty, "\(bare)")
    #expect(try shipped("kymriah-us-ball").verbatim?.contains("5.0 x 10^6") == true)
  }

  /// A jurisdiction without a dose refuses at every weight and never takes another's. Would catch a
  /// fall-back by name, by substance, or to the first file that has a dose.
  @Test func nothingIsInherited() throws {
    let products = try ProductRegistry.load(directory: directory)
    var answered: [String] = []
    for product in products where product.dose == nil {
      for weight in ["2", "50", "70", "300"] {
        let mass = try kg(weight)
        let refusal = refused { () throws(Refusal) in try doseRange(product, mass) }
        if refusal?.code != .noDose || refusal?.cause.contains(product.missing ?? "?") != true {
          answered.append(product.id)
        }
      }
    }
    #expect(answered.isEmpty, "\(answered)")
    #expect(try shipped("kymriah-hk").inn == shipped("kymriah-us-lbcl").inn)
    // The same product, the same patient, other countries: three different answers.
    #expect(try doseRange(shipped("carvykti-us-mm"), kg("120")).minimum?.cells == 60_000_000)
    #expect(try doseRange(shipped("carvykti-eu-mm"), kg("120")).minimum?.cells == 50_000_000)
    #expect(try doseRange(shipped("yescarta-us-lbcl"), kg("120")).minimum == nil)
    #expect(try doseRange(shipped("yescarta-eu-lbcl"), kg("120")).minimum?.cells == 120_000_000)
  }

  /// Facts that stand beside the dose. Would catch an exponent, a unit or a side that slipped.
  @Test func factsBesideTheDose() throws {
    let kymriah = try shipped("kymriah-us-ball")
    #expect(kymriah.weightReference == .leukapheresis)
    #expect(kymriah.weightWording == "reported at the time of leukapheresis")
    #expect(kymriah.presentation.dmso?.milligramsPerMilliliter == (try number("82.5")))
    let eu = try shipped("kymriah-eu-ball")
    #expect(eu.presentation.dmso == .milligramsPerMilliliter(try number("82.5")))
    #expect(eu.weightReference == .notStated && eu.limit(.viability) == nil)
    #expect(try kymriah.limit(.viability)?.holds(number("0.8")) == true)
    #expect(try shipped("kymriah-jp-dlbcl").limit(.viability)?.holds(number("0.7")) == true)
    #expect(kymriah.limit(.beads)?.description == "at most 50 per 3e6 cells")
    #expect(try shipped("kymriah-us-lbcl").timing.afterDepletion?.days == 2...11)
    #expect(try shipped("kymriah-eu-dlbcl").timing.afterDepletion?.days == 2...14)
    #expect(try shipped("carvykti-us-mm").timing.afterDepletion?.from == .completion)
    #expect(try shipped("carvykti-eu-mm").timing.afterDepletion?.from == .start)
    #expect(try shipped("tecartus-eu-mcl").presentation.dmso == .percentByVolume(Rational(5)))
    #expect(try shipped("abecma-eu-mm").presentation.dmso?.milligramsPerMilliliter == nil)
    #expect(try shipped("abecma-eu-mm").presentation.sizes.count == 3)
    #expect(try shipped("abecma-us-mm").counted == .carPositiveT)
    #expect(try shipped("abecma-eu-mm").counted == .carPositiveViableT)
    #expect(try shipped("ari0001-es-all").limit(.endotoxin)?.high?.value == (try number("0.5")))
    let prodigy = try shipped("mb-cart20-de-mel")
    #expect(prodigy.limit(.copies)?.description == "below 5 copies per transduced cell")
    #expect(try prodigy.limit(.copies)?.holds(number("5")) == false)
    #expect(prodigy.limit(.doseDeviation)?.description == "at most 20 %")
    #expect(try shipped("breyanzi-us-lbcl").timing.afterThaw?.most.description == "2 h")
    #expect(try shipped("carvykti-eu-mm").retention?.afterExpiry == 30)
    #expect(try shipped("fucaso-cn-mm").origin == .trial("FUMANBA-1"))
  }

  /// The template: refused while it has a blank, wrong when none is left and it still says so, and
  /// sound when filled. Would catch a blank that counts as a value, and a key in the template that
  /// the reader does not know.
  @Test func template() throws {
    let path = directory + "/cuhk-hkib-cd19.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(try ProductFile.read(text, file: path).missing?.hasPrefix("a template; ") == true)
    let open = text.replacingOccurrences(of: "template: true\n", with: "")
    let blanks = findings(open)
    #expect(Set(blanks.map(\.code)) == ["E_PRODUCT_BLANK"] && blanks.count == 30)
    let values = [
      "label_version:": "P 1, 2026", "counted:": "CAR-positive viable T cells", "wording:": "CAR+",
      "weight_reference:": "infusion", "weight_words:": "day 0", "protocol:": "P 1",
      "verbatim:": "as printed", "upper:": "50 kg", "upper_inclusive:": "true", "lower:": "50 kg",
      "lower_inclusive:": "false", "form:": "fresh", "sizes:": "[10 to 50 mL]", "most:": "1",
      "at_least:": "80 %", "source:": "section 5", "of:": "viable CD3+ cells",
      "read:": "2026-11-22",
      "cite:": "P 1",
    ]
    var perKilogram = true
    let filled = open.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.contains("<fill in"),
        let key = line.split(separator: " ").first(where: { $0.hasSuffix(":") })
      else { return String(line) }
      let head = line[..<(line.range(of: key)?.upperBound ?? line.endIndex)] + " "
      switch key {
      case "minimum:": return head + (perKilogram ? "0.3e6 cells/kg" : "0.3e8 cells")
      case "maximum:":
        defer { perKilogram = false }
        return head + (perKilogram ? "1e6 cells/kg" : "1e8 cells")
      case "below:": return head + (line.contains("EU") ? "5 EU/mL" : "5 copies")
      default: return head + (values[String(key)] ?? "?")
      }
    }.joined(separator: "\n")
    let product = try ProductFile.read(filled, file: path)
    #expect(product.standing == .usable && product.limits.count == 4)
    #expect(try doseRange(product, kg("50")).minimum?.cells == 15_000_000)
    #expect(findings("template: true\n" + filled).map(\.code) == ["E_PRODUCT_TEMPLATE"])
  }

  /// The example of the page that a site writes its file from is sound, and its words are true. Would
  /// catch a page that teaches a key which the reader does not know.
  @Test func exampleOfThePage() throws {
    let page = try String(contentsOfFile: directory + "/README.md", encoding: .utf8)
    let yaml = try #require(
      page.components(separatedBy: "```yaml\n").dropFirst().first?
        .components(separatedBy: "```").first)
    let product = try ProductFile.read(yaml, file: "site-cd19-v3.yaml")
    #expect(product.id == "site-cd19-v3" && product.standing == .usable)
    #expect(page.contains(try #require(product.dose?.words.joined(separator: "; "))))
    let light = try doseRange(product, kg("39.999999999"))
    #expect(light.minimum?.cells == 20_000_000 && light.maximum?.cells == 39_999_999)
    #expect(try doseRange(product, kg("40")).maximum?.cells == 40_000_000)
    #expect(
      try light.portions(of: CellCount(30_000_001)).map(\.cells.cells) == [15_000_000, 15_000_001])
    for code in page.components(separatedBy: "`").filter({ $0.hasPrefix("E_") }) {
      #expect(ProductFileTests.knownCodes.contains(code), "\(code)")
    }
  }

  /// Would catch an id that is read from the wrong file, a near id that is taken, and bytes that are
  /// not UTF-8 read as something.
  @Test func finding() throws {
    #expect(try ProductRegistry.product("carvykti-us-mm", directory: directory).name == "Carvykti")
    let path = directory + "/carvykti-eu-mm.yaml"
    #expect(try ProductRegistry.product(path, directory: "nowhere").id == "carvykti-eu-mm")
    #expect(try ProductRegistry.checked(fileOrFolder: path).map(\.product.id) == ["carvykti-eu-mm"])
    #expect(try ProductRegistry.checked(fileOrFolder: directory).count == 54)
    let unknown = refusedInput { () throws(InputRefused) in
      try ProductRegistry.product("carvykti-us-m", directory: directory)
    }
    #expect(unknown.first?.code == "E_PRODUCT_UNKNOWN")
    #expect(unknown.first?.cause.contains("'carvykti-us-mm'") == true)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "thymus-registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.yaml")
    let spoiled: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0x69, 0x00], "E_UTF16"), ([0x69, 0x64, 0x3A, 0x20, 0xE9], "E_NOT_UTF8"),
      ([], "E_FILE_EMPTY"),
    ]
    for (bytes, code) in spoiled {
      try Data(bytes).write(to: file)
      let codes = refusedInput { () throws(InputRefused) in
        try ProductRegistry.checked(fileOrFolder: file.path).map(\.product)
      }.map(\.code)
      #expect(codes == [code])
    }
    try Data(ProductFileTests.good.utf8).write(to: file)
    #expect(try ProductRegistry.product("x", directory: folder.path).id == "x")
    #expect(
      refusedInput { () throws(InputRefused) in
        try ProductRegistry.product("a", directory: folder.path)
      }.map(\.code) == ["E_PRODUCT_UNKNOWN"])
  }

  private func findings(_ text: String) -> [Finding] {
    refusedInput { () throws(InputRefused) in try ProductFile.read(text, file: "x.yaml") }
  }
}

/// The findings with which an input is refused; none when it is read.
private func refusedInput<Value>(_ body: () throws(InputRefused) -> Value) -> [Finding] {
  do throws(InputRefused) {
    _ = try body()
    return []
  } catch {
    return error.findings
  }
}
