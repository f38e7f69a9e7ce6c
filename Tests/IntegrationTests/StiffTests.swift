import Foundation
import Integration
import Testing

/// A problem of the test set with its reference solution.
private struct Reference: Decodable {
  struct Point: Decodable {
    var t: String
    var y: [String]
  }
  var name: String
  var y0: [String]
  var t1: String
  var reference: [Point]

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("../shared/oracles/ivp").standardized

  static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

  init(_ name: String) throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).json"))
    self = try JSONDecoder().decode(Reference.self, from: data)
  }

  /// The worst relative error of any component at any reference time, in units of `relative`,
  /// when the times are landed on, and when they are interpolated.
  func ratio<E: Equations>(
    _ equations: E, method: Method, relative: Double, dense: Bool
  ) throws -> Double {
    let end = try #require(Double(t1))
    let points = try reference.map { try (#require(Double($0.t)), $0.y.map { Double($0) ?? .nan }) }
    let options = StepOptions(relativeTolerance: relative, absoluteTolerance: 1e-14 * relative)
    let times = points.map(\.0)
    let solved = try solve(
      Plain(equations), y0.map { Double($0) ?? .nan }, to: end, stops: dense ? [] : times,
      dense: dense ? times : [], options: options, method: method)
    guard solved.termination == .completed else { return .infinity }
    return zip(points, dense ? solved.dense : solved.stops).map { point, found in
      zip(point.1, found).map { abs($1 / $0 - 1) }.max() ?? .nan
    }.reduce(0) { $1.isNaN ? .nan : max($0, $1) } / relative
  }
}

/// The stiff problems of the Test Set for IVP Solvers against references in 20 digits.
///
/// The error is relative in every component with an absolute tolerance that never matters.
@Suite(.enabled(if: Reference.isThere, "needs ../shared/oracles/ivp"))
struct StiffTests {
  private func worst<E: Equations>(_ name: String, _ equations: E) throws -> [String] {
    let problem = try Reference(name)
    let rodas = try RosenbrockTableau.rodas5P()
    let methods: [(String, Method)] = [
      ("Rosenbrock", .rosenbrock(rodas)),
      ("automatic 5", .automatic(try .tsitouras54(), rodas)),
      ("automatic 8", .automatic(try .dormandPrince853(), rodas)),
    ]
    var bad: [String] = []
    for (label, method) in methods {
      for digits in 4...10 {
        for dense in [false, true] {
          let ratio = try problem.ratio(
            equations, method: method,
            relative: 1
              / pow(10, Double(digits)), dense: dense)
          if !(ratio < (dense ? 50 : 20)) {
            bad.append("\(label) 1e-\(digits) \(dense ? "dense" : "stops"): \(ratio)")
          }
        }
      }
    }
    return bad
  }

  /// Catches: a wrong coefficient, a Jacobian of the wrong sign or transposed, an error estimate
  /// that is blind, a switch that loses the state. Achieved error at every reference time within
  /// 20 times the relative tolerance from 1e-4 to 1e-10, and within 50 times where interpolated.
  @Test func robertson() throws { #expect(try worst("rober", Rober()) == []) }
  /// As for Robertson.
  @Test func photomorphogenesis() throws { #expect(try worst("hires", Hires()) == []) }
  /// As for Robertson.
  @Test func vanDerPolInItsOwnTime() throws {
    #expect(try worst("vdpol_bari", VanDerPol(mu: 1000)) == [])
  }
  /// As for Robertson.
  @Test func vanDerPolInScaledTime() throws {
    #expect(try worst("vdpol_hairer", VanDerPol(mu: nil)) == [])
  }
  /// As for Robertson.
  @Test func oregonator() throws { #expect(try worst("orego", Orego()) == []) }
}
