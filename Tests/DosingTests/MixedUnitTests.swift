import Foundation
import Testing

/// Units that are mixed do not compile: each snippet is held to fail by its types, beside a control
/// of the same shape that must pass.
@Suite struct MixedUnitTests {
  struct Snippet: Sendable, CustomTestStringConvertible {
    let name: String
    let wrong: String
    let right: String
    var testDescription: String { name }
  }

  static let snippets: [Snippet] = [
    Snippet(
      name: "cells for cells/kg", wrong: "dose = .perKilogram(cells)",
      right: "dose = .perKilogram(perKilogram)"),
    Snippet(
      name: "cells/kg for cells", wrong: "dose = .cells(perKilogram)",
      right: "dose = .cells(cells)"),
    Snippet(
      name: "a cap in cells/kg", wrong: "_ = WeightBand(target: dose, cap: perKilogram)",
      right: "_ = WeightBand(target: dose, cap: cells)"),
    Snippet(
      name: "cells compared with cells/kg", wrong: "_ = cells < perKilogram",
      right: "_ = cells < cells"),
    Snippet(
      name: "a planned amount in cells/kg", wrong: "request.planned = .amount(perKilogram)",
      right: "request.planned = .amount(cells)"),
    Snippet(
      name: "mL for kg", wrong: "weight.mass = volume", right: "weight.mass = kilograms"),
    Snippet(
      name: "kg for mL", wrong: "certificate.volume = kilograms",
      right: "certificate.volume = volume"),
    Snippet(
      name: "cells/kg times mL", wrong: "_ = try perKilogram.times(volume)",
      right: "_ = try perKilogram.times(kilograms)"),
    Snippet(
      name: "pounds for kilograms", wrong: "weight.mass = pounds",
      right: "weight.mass = try pounds.converted()"),
    Snippet(
      name: "a bare number for kilograms", wrong: "weight.mass = 70.5",
      right: "weight.mass = try BodyMass(parsing: \"70.5 kg\")"),
    Snippet(
      name: "a percentage as a bare number", wrong: "percentage.value = 23.7",
      right: "percentage.value = try Fraction(percent: Rational(23))"),
    Snippet(
      name: "a recovery as a bare number", wrong: "_ = LossStep(\"thaw\", .recovery(0.7))",
      right: "_ = LossStep(\"thaw\", .recovery(share))"),
    Snippet(
      name: "a total for a viable density", wrong: "certificate.viableDensity = total",
      right: "certificate.viableDensity = viable"),
    Snippet(
      name: "a viable for a total density", wrong: "certificate.totalDensity = viable",
      right: "certificate.totalDensity = total"),
    Snippet(
      name: "a density for a count", wrong: "certificate.statedCells = viable",
      right: "certificate.statedCells = cells"),
    Snippet(
      name: "EU/mL for mg/mL", wrong: "results.dmso = endotoxin", right: "results.dmso = dmso"),
    Snippet(
      name: "a volume for a share of blasts", wrong: "request.blasts = volume",
      right: "request.blasts = share"),
  ]

  /// Would catch an initialiser or an overload that lets one unit stand for another, and a control
  /// that fails for a reason of its own.
  @Test(.enabled(if: Compiler.isThere, "no swiftc, or no built modules beside the tests"))
  func control() throws {
    let outcome = try Compiler.check(Self.snippets.map(\.right))
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test(
    .enabled(if: Compiler.isThere, "no swiftc, or no built modules beside the tests"),
    arguments: snippets)
  func fails(_ snippet: Snippet) throws {
    let outcome = try Compiler.check([snippet.wrong])
    #expect(outcome.code != 0, "compiles: \(snippet.wrong)")
    let errors = outcome.errors.split(separator: "\n").filter { $0.contains("error:") }
    // By its types, and for nothing else.
    #expect(
      !errors.isEmpty
        && errors.allSatisfy { $0.contains("cannot convert") || $0.contains("cannot assign") }
        || errors.contains { $0.contains("binary operator '<' cannot be applied") },
      "\(outcome.errors)")
  }
}

/// The compiler against the modules that these tests were built with.
private enum Compiler {
  /// What the snippets speak of; a function, so that nothing of it runs.
  static let preamble = """
    import Dosing
    import Quantities

    func snippet(
      cells: CellCount, perKilogram: CellsPerKilogram, kilograms: BodyMass, pounds: Pounds,
      volume: Volume, viable: ViableDensity, total: TotalDensity, share: Fraction,
      dmso: MilligramsPerMilliliter, endotoxin: EndotoxinPerMilliliter, dose start: DoseAmount,
      certificate given: Certificate, weight record: WeightRecord, percentage one: Percentage,
      request asked: DoseRequest, results found: ReleaseResults
    ) throws {
      var (dose, certificate, weight) = (start, given, record)
      var (percentage, request, results) = (one, asked, found)

    """

  static let modules: String? = {
    guard let binary = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    let folder = URL(fileURLWithPath: binary).deletingLastPathComponent().path + "/Modules"
    return FileManager.default.fileExists(atPath: folder + "/Dosing.swiftmodule") ? folder : nil
  }()

  static let swiftc: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { $0 + "/swiftc" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  static var isThere: Bool { modules != nil && swiftc != nil }

  /// Typechecks the lines as the body of one function.
  static func check(_ lines: [String]) throws -> (code: Int32, errors: String) {
    let modules = try #require(modules)
    let swiftc = try #require(swiftc)
    let folder = FileManager.default.temporaryDirectory.path + "/thymus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let body = lines.map { "  " + $0 }.joined(separator: "\n")
    let source =
      preamble + body + "\n  _ = (dose, certificate, weight, percentage, request, results)\n}\n"
    try Data(source.utf8).write(to: URL(fileURLWithPath: folder + "/snippet.swift"))
    _ = FileManager.default.createFile(atPath: folder + "/errors", contents: nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: swiftc)
    process.arguments = [
      "-typecheck", "-swift-version", "6", "-suppress-warnings", "-I", modules,
      folder + "/snippet.swift",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/errors"))
    try process.run()
    process.waitUntilExit()
    let errors = try Data(contentsOf: URL(fileURLWithPath: folder + "/errors"))
    return (process.terminationStatus, String(decoding: errors, as: UTF8.self))
  }
}
